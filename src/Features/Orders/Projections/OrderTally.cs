using System.Runtime.InteropServices;
using Doorbuster.Contracts.Orders;

namespace Doorbuster.Orders.Projections;

/// <summary>
/// What messages add to the projections. Everything is a sum or a maximum, so they may come in any order; the inbox sees
/// to it that each counts once.
/// </summary>
internal sealed class OrderTally
{
    // Of a longer order the first ones: who buys fifty things at once buys for a shop.
    private const int TogetherMax = 10;

    private static readonly string Paid = OrderSteps.NameOf(OrderState.Paid);
    private static readonly string Cancelled = OrderSteps.NameOf(OrderState.Cancelled);
    private static readonly string Refunded = OrderSteps.NameOf(OrderState.Refunded);

    public Dictionary<(string Sku, string Currency), OfProduct> Products { get; } = [];

    public Dictionary<(DateOnly Day, string Currency), OfDay> Days { get; } = [];

    public Dictionary<(long Person, string Currency), OfCustomer> Customers { get; } = [];

    /// <summary>Orders that were paid with both in them, from both sides.</summary>
    public Dictionary<(string Sku, string Other), long> Together { get; } = [];

    /// <summary>False for steps that no projection counts.</summary>
    public static bool Counts(OrdersMoved moved) => !moved.Tentative && (moved.From is null
        || moved.From != moved.To && (moved.To == Paid || moved.To == Cancelled || moved.To == Refunded)
        || moved.Orders.Any(order => order.RefundMinor != 0));

    /// <param name="sign">−1 takes back what the message would add.</param>
    public void Add(OrdersMoved moved, int sign = 1)
    {
        if (moved.Tentative)
            return;
        foreach (var order in moved.Orders)
            Add(order, moved.From, moved.To, moved.At, sign);
    }

    private void Add(OrderFact order, string? from, string to, DateTimeOffset at, int sign)
    {
        var isStep = from != to;
        var (isBirth, isPaid) = (from is null, isStep && to == Paid);
        var (isCancelled, isRefunded) = (isStep && to == Cancelled, isStep && to == Refunded);
        if (isBirth)
        {
            ref var day = ref Day(order.PlacedAt, order.Currency);
            day.Placed += sign;
            day.PlacedMinor += sign * order.TotalMinor;
        }
        if (isPaid || isCancelled || isRefunded || order.RefundMinor != 0)
        {
            ref var day = ref Day(at, order.Currency);
            day.Paid += isPaid ? sign : 0;
            day.PaidMinor += isPaid ? sign * order.TotalMinor : 0;
            day.Cancelled += isCancelled ? sign : 0;
            day.Refunded += isRefunded ? sign : 0;
            day.RefundedMinor += sign * order.RefundMinor;
        }
        if (isPaid || order.RefundMinor != 0)
        {
            ref var customer = ref CollectionsMarshal.GetValueRefOrAddDefault(
                Customers, (order.Person, order.Currency), out _);
            customer.Orders += isPaid ? sign : 0;
            customer.SpentMinor += isPaid ? sign * order.TotalMinor : 0;
            customer.RefundedMinor += sign * order.RefundMinor;
            if (at > customer.LastSeen)
                customer.LastSeen = at;
        }
        if (!isBirth && !isPaid && !isCancelled && !isRefunded)
            return;
        foreach (var line in order.Lines)
        {
            ref var product = ref CollectionsMarshal.GetValueRefOrAddDefault(
                Products, (line.Sku, order.Currency), out _);
            product.Title = line.Title;
            product.OrderedUnits += isBirth ? sign * line.Quantity : 0;
            product.PaidUnits += isPaid ? sign * line.Quantity : 0;
            product.PaidMinor += isPaid ? sign * checked(line.PriceMinor * line.Quantity) : 0;
            product.CancelledUnits += isCancelled ? sign * line.Quantity : 0;
            product.RefundedUnits += isRefunded ? sign * line.Quantity : 0;
        }
        if (isPaid && order.Lines.Length > 1)
            AddTogether([.. order.Lines.Select(line => line.Sku).Distinct(StringComparer.Ordinal).Take(TogetherMax)], sign);
    }

    private void AddTogether(List<string> skus, int sign)
    {
        foreach (var sku in skus)
            foreach (var other in skus)
                if (sku != other)
                    CollectionsMarshal.GetValueRefOrAddDefault(Together, (sku, other), out _) += sign;
    }

    private ref OfDay Day(DateTimeOffset at, string currency) => ref CollectionsMarshal.GetValueRefOrAddDefault(
        Days, (DateOnly.FromDateTime(at.UtcDateTime), currency), out _);

    public record struct OfProduct(
        string Title, long OrderedUnits, long PaidUnits, long PaidMinor, long CancelledUnits, long RefundedUnits);

    public record struct OfDay(
        long Placed, long PlacedMinor, long Paid, long PaidMinor, long Cancelled, long Refunded, long RefundedMinor);

    public record struct OfCustomer(long Orders, long SpentMinor, long RefundedMinor, DateTimeOffset LastSeen);
}
