using System.Collections.Frozen;
using Doorbuster.Contracts.Orders;
using Doorbuster.Platform;

namespace Doorbuster.Payments;

internal enum PaymentState : short
{
    /// <summary>Filed by us; the provider may or may not have heard of it.</summary>
    Created = 0,

    /// <summary>The provider waits for the buyer.</summary>
    Pending = 1,
    Captured = 2,
    Declined = 3,

    /// <summary>Money is on its way back.</summary>
    Refunding = 4,

    /// <summary>All of it went back.</summary>
    Refunded = 5,

    /// <summary>Some of it went back, and nothing is on its way.</summary>
    PartlyRefunded = 6,
}

/// <summary>One attempt to pay an order.</summary>
internal sealed record Payment
{
    public required long Id { get; init; }
    public required long Order { get; init; }
    public required long Person { get; init; }
    public required Money Amount { get; init; }
    public required PaymentState State { get; init; }
    public required string RequestKey { get; init; }
    public required DateTimeOffset MadeAt { get; init; }
    public string? Charge { get; init; }
    public string? PayUrl { get; init; }
    public string? Reason { get; init; }
    public DateTimeOffset? CapturedAt { get; init; }
    public DateTimeOffset? RefundedAt { get; init; }

    /// <summary>Of the amount, what went back and what is on its way.</summary>
    public long PromisedMinor { get; init; }

    /// <summary>Of the amount, what went back.</summary>
    public long RefundedMinor { get; init; }

    public bool IsCaptured => CapturedAt is not null;

    public bool IsOpen => State is PaymentState.Created or PaymentState.Pending;
}

/// <summary>
/// Which step may follow which; the provider's word counts whenever it comes, also before its answer to our request.
/// </summary>
internal static class PaymentSteps
{
    private static readonly FrozenDictionary<PaymentState, PaymentState[]> Next =
        new Dictionary<PaymentState, PaymentState[]>
        {
            [PaymentState.Created] = [PaymentState.Pending, PaymentState.Captured, PaymentState.Declined],
            [PaymentState.Pending] = [PaymentState.Captured, PaymentState.Declined],
            // Money that was taken after all must not be lost sight of.
            [PaymentState.Declined] = [PaymentState.Captured],
            // From here on the state is what the refunds add up to: Refunds.StateOf.
            [PaymentState.Captured] = [PaymentState.Refunding, PaymentState.PartlyRefunded, PaymentState.Refunded],
            [PaymentState.Refunding] = [PaymentState.PartlyRefunded, PaymentState.Refunded],
            [PaymentState.PartlyRefunded] = [PaymentState.Refunding, PaymentState.Refunded],
            [PaymentState.Refunded] = [],
        }.ToFrozenDictionary();

    public static bool May(PaymentState from, PaymentState to) => Next[from].Contains(to);

    /// <summary>The states from which <paramref name="to"/> may be entered, as the store writes them.</summary>
    public static short[] Before(PaymentState to) =>
        [.. Next.Where(step => step.Value.Contains(to)).Select(step => (short)step.Key)];

    public static string NameOf(PaymentState state) => state switch
    {
        PaymentState.Created => "created",
        PaymentState.Pending => "pending",
        PaymentState.Captured => "captured",
        PaymentState.Declined => "declined",
        PaymentState.Refunding => "refunding",
        PaymentState.Refunded => "refunded",
        PaymentState.PartlyRefunded => "partly_refunded",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "No such state."),
    };
}

/// <summary>What becomes of a wish to pay, given what there is already.</summary>
internal abstract record Opening
{
    private Opening() { }

    /// <summary>File a new payment.</summary>
    public sealed record New : Opening;

    /// <summary>There is one to go on with: the same request's, or the order's open one.</summary>
    public sealed record Existing(Payment Payment, bool IsSameRequest) : Opening;

    public sealed record KeyReused : Opening;

    public sealed record PaidAlready : Opening;

    public sealed record NotPayable : Opening;

    /// <param name="known">All payments of the order, and the one under the key.</param>
    public static Opening Decide(PayableOrder order, string key, IReadOnlyCollection<Payment> known)
    {
        if (known.FirstOrDefault(payment => payment.Person == order.Person && payment.RequestKey == key) is { } same)
            return same.Order == order.Id ? new Existing(same, IsSameRequest: true) : new KeyReused();
        if (known.Any(payment => payment.Order == order.Id
            && payment.State is PaymentState.Captured or PaymentState.PartlyRefunded))
            return new PaidAlready();
        if (!order.IsPayable)
            return new NotPayable();
        return known.FirstOrDefault(payment => payment.Order == order.Id && payment.IsOpen) is { } open
            ? new Existing(open, IsSameRequest: false)
            : new New();
    }
}
