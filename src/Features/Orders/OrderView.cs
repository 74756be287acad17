using Doorbuster.Contracts.Orders;
using Doorbuster.Platform;

namespace Doorbuster.Orders;

/// <summary>An order as its buyer sees it.</summary>
/// <param name="SaleId">The sale it was bought in; null for ordinary stock.</param>
/// <param name="PayBy">Until when its units are held; null once it is decided, or when they are held without
/// end.</param>
/// <param name="Adjustments">What adds up with the lines to the total.</param>
/// <param name="Refunded">Of the total, given back so far.</param>
/// <param name="History">The steps since it was placed; only on the order itself, not in lists.</param>
internal sealed record OrderView(
    string Id, string State, int Version, string? SaleId, IReadOnlyList<LineView> Lines,
    IReadOnlyList<AdjustmentView> Adjustments, MoneyView Total, MoneyView Refunded, AddressView? ShipTo, string? Email,
    DateTime PlacedAt, DateTime? PayBy, DateTime ChangedAt, string? PaymentId, Shipment? Shipment, IReadOnlyList<StepView>? History)
{
    public static OrderView Of(Order order, bool withHistory) => new(
        PublicId.Format("ord", order.Id),
        OrderSteps.NameOf(order.State),
        order.Version,
        order.Kind == Order.SaleKind ? PublicId.Format("sal", order.Lines[0].Pool) : null,
        [.. order.Lines.Select(line => LineView.Of(line, order.Total.Currency))],
        [.. order.Adjustments.Select(one => AdjustmentView.Of(one, order.Total.Currency))],
        MoneyView.Of(order.Total),
        new(order.RefundedMinor, order.Total.Currency),
        AddressView.Of(order.ShipTo),
        order.Email,
        order.PlacedAt.UtcDateTime,
        order.State == OrderState.Placed ? order.PayBy?.UtcDateTime : null,
        order.ChangedAt.UtcDateTime,
        order.Payment is { } payment ? PublicId.Format("pay", payment) : null,
        order.Shipment,
        withHistory ? [.. order.History.Select(StepView.Of)] : null);
}

internal sealed record LineView(string Sku, string Title, int Quantity, MoneyView UnitPrice, MoneyView Total)
{
    public static LineView Of(OrderLine line, string currency)
    {
        var price = new Money(line.PriceMinor, currency);
        return new(line.Sku, line.Title, line.Quantity, MoneyView.Of(price), MoneyView.Of(price * line.Quantity));
    }
}

/// <param name="Amount">Signed: what it adds to the total.</param>
/// <param name="Reference">What it came from, such as a coupon's id.</param>
internal sealed record AdjustmentView(string Kind, string Title, MoneyView Amount, string? Reference)
{
    public static AdjustmentView Of(Adjustment adjustment, string currency) => new(
        adjustment.Kind, adjustment.Title, new(adjustment.AmountMinor, currency), adjustment.Reference);
}

internal sealed record AddressView(
    string Name, string Line1, string? Line2, string City, string? Region, string PostalCode, string Country)
{
    public static AddressView? Of(PostalAddress? address) => address is null
        ? null
        : new(
            address.Name, address.Line1, address.Line2, address.City, address.Region, address.PostalCode,
            address.Country);
}

internal sealed record StepView(string From, string To, string Reason, DateTime At)
{
    public static StepView Of(OrderStep step) =>
        new(OrderSteps.NameOf(step.From), OrderSteps.NameOf(step.To), step.Reason, step.At.UtcDateTime);
}
