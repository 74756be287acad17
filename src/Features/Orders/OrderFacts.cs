using Doorbuster.Contracts.Catalog;
using Doorbuster.Contracts.Orders;
using Doorbuster.Platform.Messaging;
using Npgsql;

namespace Doorbuster.Orders;

/// <summary>Tells the other features what became of orders, with the transaction in which it happened.</summary>
internal static class OrderFacts
{
    private const int MessageMax = 512;

    public static OrderFact Of(Order order, long refundMinor = 0) => new(
        order.Id, order.Person, order.Kind, order.Total.Currency, order.Total.Minor,
        [.. order.Lines.Select(line => new OrderFactLine(line.Sku, line.Title, line.Quantity, line.PriceMinor))],
        order.PlacedAt, order.Checkout, order.RefundedMinor, order.AddressKey, refundMinor);

    /// <summary>Those of a sale's claims that <paramref name="isMeant"/> names, from the columns of their message.</summary>
    public static OrderFact[] OfSale(
        PoolTerms terms, long[] ids, long[] people, int[] quantities, Func<int, DateTimeOffset> placedAt,
        Func<long, bool> isMeant)
    {
        // Nearly all buy the same quantity, so nearly all share their lines.
        var lines = new Dictionary<int, OrderFactLine[]>();
        var facts = new List<OrderFact>(ids.Length);
        for (var i = 0; i < ids.Length; i++)
        {
            if (!isMeant(ids[i]))
                continue;
            var quantity = quantities[i];
            if (!lines.TryGetValue(quantity, out var line))
                lines[quantity] = line = [new OrderFactLine(terms.Sku, terms.Title, quantity, terms.PriceMinor)];
            facts.Add(new OrderFact(
                ids[i], people[i], Order.SaleKind, terms.Currency, checked(terms.PriceMinor * quantity), line,
                placedAt(i)));
        }
        return [.. facts];
    }

    /// <param name="payFirst">Of these orders, <see cref="Order.PayFirst"/>.</param>
    /// <param name="from">Null for orders that came into being.</param>
    public static async Task Publish(
        NpgsqlTransaction transaction, bool payFirst, OrderState? from, OrderState to, string reason, DateTimeOffset at,
        OrderFact[] orders, CancellationToken cancel)
    {
        for (var i = 0; i < orders.Length; i += MessageMax)
            await transaction.Publish(
                MessageOf(
                    payFirst, from, to, reason, at,
                    orders.Length <= MessageMax ? orders : orders[i..Math.Min(i + MessageMax, orders.Length)]), cancel);
    }

    /// <summary>What is paid first comes into being for everybody else when it is paid: nobody heard of it before.</summary>
    public static OrdersMoved MessageOf(
        bool payFirst, OrderState? from, OrderState to, string reason, DateTimeOffset at, OrderFact[] orders) => new()
        {
            To = OrderSteps.NameOf(to),
            From = from is not { } left || payFirst && (from, to) is (OrderState.Placed, OrderState.Paid)
                ? null
                : OrderSteps.NameOf(left),
            Tentative = payFirst && OrderSteps.IsUnpaid(to),
            Reason = reason,
            At = at,
            Orders = orders,
        };
}
