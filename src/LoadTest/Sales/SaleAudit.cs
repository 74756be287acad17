using Doorbuster.Contracts.Claims;

namespace Doorbuster.LoadTest.Sales;

/// <summary>
/// Holds what people were told against what the shop can show and what the ledger counts. Pure: the facts are gathered before.
/// </summary>
internal static class SaleAudit
{
    public sealed record Facts
    {
        public required IReadOnlyList<Grant> Grants { get; init; }
        public required int UnitsPerClaim { get; init; }
        public required long LimitBroken { get; init; }
        public required long KeysWithTwoClaims { get; init; }

        /// <summary>People who never had a clear answer: each may hold a claim they do not know of.</summary>
        public required long Unanswered { get; init; }

        /// <summary>Claims looked up; fewer than the grants when only a sample was.</summary>
        public required long LookedUp { get; init; }
        public required long LostLookUps { get; init; }
        public required long Live { get; init; }
        public required long UnpaidAfterApproval { get; init; }

        /// <summary>The pool before the first person came, and when it was quiet again; null when nobody could ask.</summary>
        public PoolAudit? Before { get; init; }
        public PoolAudit? After { get; init; }
    }

    public static readonly string[] Names =
    [
        "offered", "sold", "held", "free", "told", "looked_up", "live", "oversold", "lost", "duplicates", "over_limit", "drift",
        "unaccounted", "unseen", "unpaid_after_approval",
    ];

    public static Dictionary<string, long?> Judge(Facts facts)
    {
        var (before, after) = (facts.Before, facts.After);
        var taken = after is null ? null : after.Kept + after.Held as long?;
        var liveUnits = facts.Live * facts.UnitsPerClaim;
        var isWhole = facts.LookedUp == facts.Grants.Count;

        // One claim that two people, or two keys, were told is theirs.
        var twice = facts.Grants.Count - facts.Grants.Select(g => g.Claim).Distinct().LongCount();

        // Live orders can exceed the units that were offered although the ledger's own sum is right; and the ledger can know
        // of less than people were told, although each look-up found something. Both ways of being wrong are counted.
        var missing = taken is { } t && isWhole ? Math.Max(liveUnits - t, 0) : 0;
        var tooMany = after?.Offered is { } offered
            ? Math.Max(Math.Max(taken!.Value - offered, liveUnits - offered), 0)
            : after is null ? null : 0L as long?;

        var unseen = after is not null && before is not null && isWhole
            ? Math.Max(taken!.Value - (before.Kept + before.Held) - liveUnits, 0)
            : null as long?;
        return new Dictionary<string, long?>
        {
            ["offered"] = after?.Offered,
            ["sold"] = after?.Kept,
            ["held"] = after?.Held,
            ["free"] = after?.Free,
            ["told"] = facts.Grants.Count,
            ["looked_up"] = facts.LookedUp,
            ["live"] = facts.Live,
            ["oversold"] = tooMany,
            ["lost"] = facts.LostLookUps + missing,
            ["duplicates"] = facts.KeysWithTwoClaims + twice + (after?.DuplicateKeys ?? 0),
            ["over_limit"] = Math.Max(facts.LimitBroken, after?.PeopleOverLimit ?? 0),
            ["drift"] = after?.Drift is { } drift ? Math.Abs(drift) : null,
            ["unaccounted"] = after switch
            {
                null => null,
                { Offered: { } all } => Math.Abs(all - after.Kept - after.Held - (after.Free ?? 0)) + after.LedgerMismatch,
                _ => after.LedgerMismatch,
            },
            ["unseen"] = unseen is { } units ? Math.Max(units - facts.Unanswered * facts.UnitsPerClaim, 0) : null,
            ["unpaid_after_approval"] = facts.UnpaidAfterApproval,
        };
    }
}
