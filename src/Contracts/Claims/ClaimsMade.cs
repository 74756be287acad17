namespace Doorbuster.Contracts.Claims;

/// <summary>Claims of one pool entered the ledger, as columns: the i-th claim is the i-th element of each list.</summary>
[MayBePutOff]
public sealed record ClaimsMade
{
    public required long Pool { get; init; }
    public required string Kind { get; init; }

    /// <summary>True when the pool has no hold, so that the claims are kept at once.</summary>
    public required bool Kept { get; init; }
    public required DateTimeOffset MadeAt { get; init; }
    public required DateTimeOffset? Deadline { get; init; }
    public required long[] Ids { get; init; }
    public required long[] People { get; init; }
    public required int[] Quantities { get; init; }
    public required long[] Ordinals { get; init; }

    /// <summary>W3C traceparent of the requests that are recorded, by claim id; null when none is.</summary>
    public IReadOnlyDictionary<long, string>? Traces { get; init; }
}
