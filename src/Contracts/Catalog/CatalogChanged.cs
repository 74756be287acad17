namespace Doorbuster.Contracts.Catalog;

/// <summary>Something of these products is otherwise than it was; what was kept of them is old. At most 500 a message. A timed
/// price that begins or ends is no change: it was said when it was planned.</summary>
public sealed record CatalogChanged
{
    public required long[] Products { get; init; }

    /// <summary>What is otherwise: <c>content</c>, <c>price</c>, <c>stock</c> (units on sale, not those left).</summary>
    public required string[] What { get; init; }
    public required DateTimeOffset At { get; init; }
}
