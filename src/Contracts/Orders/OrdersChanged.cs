namespace Doorbuster.Contracts.Orders;

/// <summary>Orders of these people were written or changed state: what is cached of them is old.</summary>
public sealed record OrdersChanged
{
    public required long[] People { get; init; }
}
