using System.Text.Json;
using Doorbuster.Contracts.Orders;
using Doorbuster.Platform;

namespace Doorbuster.Carts;

/// <summary>A checkout as its buyer sees it. Items at list prices and adjustments add up to the total.</summary>
/// <param name="State"><c>open</c>, <c>ordering</c>, <c>ordered</c>, <c>paid</c> or <c>cancelled</c>.</param>
/// <param name="Points">Points that are spent.</param>
/// <param name="Missing">What an order still needs to be told.</param>
/// <param name="ExpiresAt">Until when the quote is good.</param>
/// <param name="ReplacedOrders">Your own unpaid orders that made room for this one.</param>
internal sealed record CheckoutView(
    string Id, string State, IReadOnlyList<CheckoutItemView> Items, IReadOnlyList<AdjustmentView> Adjustments,
    IReadOnlyList<TaxView> Taxes, MoneyView Total, long Points, string? Email, PostalAddress? ShipTo,
    string? ShippingMethod, IReadOnlyList<string> Coupons, IReadOnlyList<string> Missing, DateTime ExpiresAt,
    string? OrderId, IReadOnlyList<string> ReplacedOrders)
{
    public static CheckoutView Of(Checkout checkout)
    {
        var quote = checkout.Quote;
        return new(
            Checkout.PublicIdOf(checkout.Id), CheckoutSteps.NameOf(checkout.State),
            [.. quote.Lines.Select(line => CheckoutItemView.Of(line, quote.Currency))],
            [
                .. quote.Adjustments.Select(one => new AdjustmentView(
                    one.Kind, one.Title, new(one.AmountMinor, quote.Currency), one.Reference)),
            ],
            [
                .. quote.Taxes.Select(tax => new TaxView(
                    tax.Title, tax.RateBasisPoints, tax.IsIncluded, new(tax.AmountMinor, quote.Currency))),
            ],
            new(quote.TotalMinor, quote.Currency), quote.Points, checkout.Wish.Email, checkout.Wish.ShipTo,
            checkout.Wish.ShippingMethod,
            [.. checkout.Wish.Coupons.Select(coupon => PublicId.Format(CouponId.Prefix, coupon))],
            checkout.IsDecided ? [] : [.. checkout.Missing()], checkout.ExpiresAt.UtcDateTime,
            checkout.Order is { } order ? PublicId.Format("ord", order) : null,
            [.. checkout.Replaced.Select(one => PublicId.Format("ord", one))]);
    }

    /// <summary>As a member of a problem.</summary>
    public static JsonElement ElementOf(Checkout checkout) =>
        JsonSerializer.SerializeToElement(Of(checkout), CartsJson.Default.CheckoutView);
}

/// <param name="UnitPrice">Without promotions, which are among the adjustments.</param>
internal sealed record CheckoutItemView(string Sku, string Title, int Quantity, MoneyView UnitPrice, MoneyView Total)
{
    public static CheckoutItemView Of(QuoteLine line, string currency) => new(
        line.Sku, line.Title, line.Quantity, new(line.ListPriceMinor, currency),
        new(checked(line.ListPriceMinor * line.Quantity), currency));
}

/// <param name="Kind"><c>promotion</c>, <c>coupon</c>, <c>shipping</c>, <c>tax</c>, <c>points</c> or <c>wallet</c>.</param>
/// <param name="Amount">Signed: what it adds to the total.</param>
internal sealed record AdjustmentView(string Kind, string Title, MoneyView Amount, string? Reference);

/// <param name="IsIncluded">True when the prices contain it already, so that it adds nothing.</param>
internal sealed record TaxView(string Title, int RateBasisPoints, bool IsIncluded, MoneyView Amount);
