using Doorbuster.Platform;

namespace Doorbuster.Orders;

/// <summary>An order as its buyer sees it.</summary>
/// <param name="SaleId">The sale it was bought in; null for ordinary stock.</param>
/// <param name="PayBy">Until when its units are held; null once it is decided, or when they are held without
/// end.</param>
/// <param name="History">The steps since it was placed; only on the order itself, not in lists.</param>
internal sealed record OrderView(
    string Id, string State, int Version, string? SaleId, IReadOnlyList<LineView> Lines, MoneyView Total,
    DateTime PlacedAt, DateTime? PayBy, DateTime ChangedAt, string? PaymentId, IReadOnlyList<StepView>? History)
{
    public static OrderView Of(Order order, bool withHistory) => new(
        PublicId.Format("ord", order.Id),
        OrderSteps.NameOf(order.State),
        order.Version,
        order.Kind == Order.SaleKind ? PublicId.Format("sal", order.Lines[0].Pool) : null,
        [.. order.Lines.Select(line => LineView.Of(line, order.Total.Currency))],
        MoneyView.Of(order.Total),
        order.PlacedAt.UtcDateTime,
        order.State == OrderState.Placed ? order.PayBy?.UtcDateTime : null,
        order.ChangedAt.UtcDateTime,
        order.Payment is { } payment ? PublicId.Format("pay", payment) : null,
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

internal sealed record StepView(string From, string To, string Reason, DateTime At)
{
    public static StepView Of(OrderStep step) =>
        new(OrderSteps.NameOf(step.From), OrderSteps.NameOf(step.To), step.Reason, step.At.UtcDateTime);
}

internal sealed record MoneyView(long Amount, string Currency)
{
    public static MoneyView Of(Money money) => new(money.Minor, money.Currency);
}
