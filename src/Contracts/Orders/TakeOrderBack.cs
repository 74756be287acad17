namespace Doorbuster.Contracts.Orders;

/// <summary>The shop takes an order back: an unpaid one's units go on sale again, a paid one's money goes back. One that was
/// shipped or is at its end stays as it is.</summary>
public sealed record TakeOrderBack
{
    public required long Order { get; init; }
    public required long Person { get; init; }

    /// <summary>Stable code of why, kept in the order's history.</summary>
    public required string Reason { get; init; }
}
