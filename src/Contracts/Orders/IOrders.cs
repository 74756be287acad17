namespace Doorbuster.Contracts.Orders;

public interface IOrders
{
    /// <summary>What there is to pay on this person's order; null when it is not theirs or does not exist.</summary>
    Task<PayableOrder?> FindPayable(long order, long person, CancellationToken cancel);

    /// <summary>Where the person wished to be written to with their newest order; null when they did not say. Guests have
    /// no other address.</summary>
    Task<string?> FindEmail(long person, CancellationToken cancel);
}

/// <param name="IsPayable">True while the order is placed and its hold has not run out.</param>
public sealed record PayableOrder(long Id, long Person, long TotalMinor, string Currency, string State, bool IsPayable);
