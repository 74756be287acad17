using System.Collections.Frozen;

namespace Doorbuster.Orders;

internal enum OrderState : short
{
    Placed = 0,
    Paid = 1,
    Cancelled = 2,
    Shipped = 3,
    Completed = 4,
    Refunding = 5,
    Refunded = 6,

    /// <summary>The buyer wants to send it back.</summary>
    Returning = 7,

    /// <summary>It came back.</summary>
    Returned = 8,

    /// <summary>The shop does not take it back.</summary>
    ReturnDeclined = 9,
}

/// <summary>
/// Which step may follow which. Every change of state in the store is a compare-and-set on <see cref="Before"/>, so an
/// event that comes late, twice or out of turn changes nothing: no state that was left is ever entered again.
/// </summary>
internal static class OrderSteps
{
    private static readonly FrozenDictionary<OrderState, OrderState[]> Next = new Dictionary<OrderState, OrderState[]>
    {
        [OrderState.Placed] = [OrderState.Paid, OrderState.Cancelled],
        [OrderState.Paid] = [OrderState.Shipped, OrderState.Refunding],
        [OrderState.Shipped] = [OrderState.Completed, OrderState.Returning, OrderState.Refunding],
        [OrderState.Refunding] = [OrderState.Refunded],
        [OrderState.Cancelled] = [],
        [OrderState.Completed] = [OrderState.Returning, OrderState.Refunding],
        [OrderState.Returning] = [OrderState.Returned, OrderState.ReturnDeclined, OrderState.Refunding],
        [OrderState.Returned] = [OrderState.Refunding],
        [OrderState.ReturnDeclined] = [OrderState.Refunding],
        [OrderState.Refunded] = [],
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<OrderState, short[]> Previous = Enum.GetValues<OrderState>()
        .ToFrozenDictionary(
            to => to,
            to => Next.Where(step => step.Value.Contains(to)).Select(step => (short)step.Key).Order().ToArray());

    public static bool May(OrderState from, OrderState to) => Next[from].Contains(to);

    /// <summary>The states from which <paramref name="to"/> may be entered, as the store writes them.</summary>
    public static short[] Before(OrderState to) => Previous[to];

    /// <summary>Not paid yet, or never: <c>cancelled</c> is entered from <c>placed</c> only.</summary>
    public static bool IsUnpaid(OrderState state) => state is OrderState.Placed or OrderState.Cancelled;

    public static string NameOf(OrderState state) => state switch
    {
        OrderState.Placed => "placed",
        OrderState.Paid => "paid",
        OrderState.Cancelled => "cancelled",
        OrderState.Shipped => "shipped",
        OrderState.Completed => "completed",
        OrderState.Refunding => "refunding",
        OrderState.Refunded => "refunded",
        OrderState.Returning => "returning",
        OrderState.Returned => "returned",
        OrderState.ReturnDeclined => "return_declined",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "No such state."),
    };
}
