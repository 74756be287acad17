namespace Doorbuster.Contracts.People;

/// <summary>Something these people see of themselves in their overview changed (points, wallet, coupons, notices, profile):
/// what is cached of it is old. Orders say so by <see cref="Orders.OrdersMoved"/>.</summary>
public sealed record PersonChanged
{
    public required long[] People { get; init; }

    /// <summary>The part that changed, as named by <see cref="IOverviewPart.Name"/>.</summary>
    public required string Part { get; init; }
}
