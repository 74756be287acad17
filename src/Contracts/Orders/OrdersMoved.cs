namespace Doorbuster.Contracts.Orders;

/// <summary>Orders came into being, entered another state, or had a part of their money given back in the state they are
/// in; in one transaction. At most 512 of them a message.</summary>
[MayBePutOff]
public sealed record OrdersMoved
{
    /// <summary>The state entered: <c>placed</c>, <c>paid</c>, <c>cancelled</c>, <c>shipped</c>, <c>completed</c>,
    /// <c>refunding</c>, <c>refunded</c>, <c>returning</c>, <c>returned</c> or <c>return_declined</c>. The same as
    /// <see cref="From"/> when only a part of the money went back.</summary>
    public required string To { get; init; }

    /// <summary>The state left; null for an order that came into being, which may be in any of <c>placed</c>, <c>paid</c>
    /// (nothing to pay, or the first payment of an order that was <see cref="Tentative"/>) and <c>cancelled</c> (its release
    /// came first).</summary>
    public string? From { get; init; }

    /// <summary>In a shop that wants payment first: what was placed, or ended unpaid, is no order yet, or never was one. What
    /// waits for it follows it (coupons, points, wallet); nobody is told, and nothing counts it. When it is paid that is told
    /// as a new order.</summary>
    public bool Tentative { get; init; }

    /// <summary>Stable code of why.</summary>
    public required string Reason { get; init; }
    public required DateTimeOffset At { get; init; }
    public required OrderFact[] Orders { get; init; }

    /// <summary>The same facts in fewer messages, for who handles several at once: those of one step for one reason within a
    /// second of each other make one, with the latest time. Each order is in a message once.</summary>
    public static IReadOnlyList<OrdersMoved> Merge(IReadOnlyList<OrdersMoved> messages)
    {
        var merged = new List<OrdersMoved>(messages.Count);
        foreach (var alike in messages.GroupBy(message =>
            (message.To, message.From, message.Tentative, message.Reason, message.At.UtcTicks / TimeSpan.TicksPerSecond)))
        {
            var rest = alike.ToList();
            if (rest.Count == 1 || alike.Key.From == alike.Key.To
                || rest.SelectMany(message => message.Orders).GroupBy(order => order.Id).Any(same => same.Count() > 1))
                merged.AddRange(rest);
            else
                merged.Add(rest[0] with
                {
                    At = rest.Max(message => message.At),
                    Orders = [.. rest.SelectMany(message => message.Orders)],
                });
        }
        return merged;
    }
}

/// <param name="Kind">Of its pools: <c>sale</c> or <c>stock</c>.</param>
/// <param name="Checkout">The checkout that placed it; null for a sale's.</param>
/// <param name="RefundedMinor">Of the total, given back so far.</param>
/// <param name="RefundMinor">Of the total, given back by this step.</param>
/// <param name="AddressKey">A keyed hash of where it goes: equal for equal addresses, readable for nobody.</param>
public sealed record OrderFact(
    long Id, long Person, string Kind, string Currency, long TotalMinor, OrderFactLine[] Lines, DateTimeOffset PlacedAt,
    long? Checkout = null, long RefundedMinor = 0, string? AddressKey = null,
    long RefundMinor = 0);

public sealed record OrderFactLine(string Sku, string Title, int Quantity, long PriceMinor);
