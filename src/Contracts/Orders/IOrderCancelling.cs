namespace Doorbuster.Contracts.Orders;

/// <summary>Takes an unpaid order back for its buyer, as he could himself: its units go back on sale.</summary>
public interface IOrderCancelling
{
    /// <summary>Of a cancellation and a payment exactly one wins. Cancelled already: no effect.</summary>
    Task<CancellingOutcome> Cancel(long order, long person, CancellationToken cancel);
}

public enum CancellingOutcome
{
    Cancelled,

    /// <summary>Paid, or a payment won the race: the order stands.</summary>
    TooLate,

    /// <summary>The person has no such order.</summary>
    Unknown,
}
