namespace Doorbuster.Contracts.Claims;

/// <summary>Held claims of one pool ended unpaid; as columns, like <see cref="ClaimsMade"/>.</summary>
public sealed record ClaimsReleased
{
    public required long Pool { get; init; }
    public required string Kind { get; init; }
    public required DateTimeOffset ReleasedAt { get; init; }

    /// <summary>True when the hold ran out, false when somebody cancelled.</summary>
    public required bool Expired { get; init; }
    public required long[] Ids { get; init; }
    public required long[] People { get; init; }
    public required int[] Quantities { get; init; }
    public required DateTimeOffset[] MadeAt { get; init; }
}
