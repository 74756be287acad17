using Doorbuster.Contracts.Books;
using Doorbuster.Contracts.Catalog;
using Doorbuster.Contracts.Coupons;
using Microsoft.Extensions.Options;

namespace Doorbuster.Carts;

internal abstract record Pricing
{
    private Pricing() { }

    public sealed record Priced(Quote Quote) : Pricing;

    /// <summary>It was never sold, or is no longer.</summary>
    public sealed record NotSold(string Sku) : Pricing;

    public sealed record MixedCurrencies : Pricing;

    public sealed record NoSuchShipping : Pricing;

    /// <param name="Why">Stable codes by coupon.</param>
    public sealed record CouponsRefused(IReadOnlyDictionary<long, string> Why) : Pricing;
}

/// <summary>Asks everybody who knows something of the price, and has the quote made of it. Changes nothing.</summary>
internal sealed class Pricer(
    ICatalog catalog, ShippingStore shipping, IBooks books, ICoupons coupons, IOptions<CartsOptions> options)
{
    public async Task<Pricing> Price(long person, bool isGuest, Wish wish, CancellationToken cancel)
    {
        var variants = (await catalog.FindVariants([.. wish.Items.Select(item => item.Sku)], person, cancel))
            .ToDictionary(variant => variant.Sku);
        var lines = new List<QuoteLine>(wish.Items.Count);
        var currency = (string?)null;
        foreach (var item in wish.Items)
        {
            if (!variants.TryGetValue(item.Sku, out var variant))
                return new Pricing.NotSold(item.Sku);
            if ((currency ??= variant.Currency) != variant.Currency)
                return new Pricing.MixedCurrencies();
            lines.Add(new(
                variant.Sku, variant.Title, item.Quantity, Math.Max(variant.ListPriceMinor, variant.PriceMinor),
                variant.PriceMinor, variant.StockPool, variant.ProductId, variant.CategoryId, variant.TaxClass));
        }

        ShippingRate? rate = null;
        if (wish is { ShippingMethod: { } method, ShipTo: { } to })
        {
            rate = await shipping.Find(method, to.Country, currency!, cancel);
            if (rate is null)
                return new Pricing.NoSuchShipping();
        }

        IReadOnlyList<CouponDiscount> discounts = [];
        if (wish.Coupons.Count > 0)
        {
            var quoted = await coupons.Quote(
                person, wish.Coupons,
                [
                    .. lines.Select(line => new CouponGood(
                        line.Sku, line.ProductId, line.CategoryId, line.Quantity, line.PriceMinor, currency!)),
                ],
                cancel);
            if (quoted.Refused.Count > 0)
                return new Pricing.CouponsRefused(quoted.Refused);
            discounts = quoted.Discounts;
        }

        var account = BookAccounts.OfPerson(person);
        return new Pricing.Priced(QuoteMaker.Make(new()
        {
            Currency = currency!,
            Lines = lines,
            Coupons = discounts,
            Shipping = rate,
            Taxes = await TaxesOf(wish, lines, cancel),
            Points = wish.Points == 0 || isGuest
                ? 0
                : Math.Min(wish.Points, await books.Balance(account, BookUnits.Points, cancel)),
            PointWorthMinor = options.Value.PointWorthMinor,
            WalletMinor = !wish.Wallet || isGuest ? 0 : await books.Balance(account, currency!, cancel),
        }));
    }

    private async ValueTask<Dictionary<string, TaxRule>> TaxesOf(
        Wish wish, List<QuoteLine> lines, CancellationToken cancel)
    {
        var taxes = new Dictionary<string, TaxRule>();
        if (wish.ShipTo is not { } to)
            return taxes;
        foreach (var taxClass in lines.Select(line => line.TaxClass).Append("standard").Distinct())
            taxes[taxClass] = await catalog.FindTax(to.Country, to.Region, taxClass, cancel);
        return taxes;
    }
}
