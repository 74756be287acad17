using System.Diagnostics;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform.Web;

namespace Doorbuster.FlashSales;

/// <summary>What the engine's outcomes are called outside.</summary>
internal static class ClaimRefusals
{
    // Before the opening thousands ask every second. Prepared answers: exact in the last minute, in minutes for the
    // last hour, because whoever comes back then is told more exactly.
    private static readonly Problem[] NotOpenInSeconds = [.. Enumerable.Range(0, 61).Select(s => NotOpenIn(s))];
    private static readonly Problem[] NotOpenInMinutes = [.. Enumerable.Range(0, 61).Select(m => NotOpenIn(m * 60))];

    public static Problem NotOpenFor(TimeSpan wait) => wait.TotalSeconds <= 60
        ? NotOpenInSeconds[(int)Math.Ceiling(Math.Max(0, wait.TotalSeconds))]
        : NotOpenInMinutes[(int)Math.Min(60, wait.TotalMinutes)];

    public static Problem Of(ClaimOutcome outcome, PoolView pool, DateTimeOffset now) => outcome switch
    {
        ClaimOutcome.SoldOut => Problems.SoldOut,
        ClaimOutcome.LimitReached => Problems.LimitReached,
        ClaimOutcome.NotOpen => NotOpenFor((pool.OpensAt ?? now) - now),
        ClaimOutcome.Closed => Problems.Closed,
        ClaimOutcome.Paused => Problems.Paused,
        ClaimOutcome.Replayed => Problems.ClaimReleased,
        ClaimOutcome.UnknownPool => WebProblems.NotFound,
        ClaimOutcome.InvalidQuantity => ClaimBody.WrongQuantity,
        ClaimOutcome.InvalidKey => WebProblems.IdempotencyKeyInvalid,
        ClaimOutcome.KeyReused => WebProblems.IdempotencyKeyReused,
        ClaimOutcome.Away => WebProblems.StoreAway,
        _ => throw new UnreachableException($"The engine answered {outcome}."),
    };

    private static Problem NotOpenIn(int seconds) =>
        Problems.NotOpen with { RetryAfter = TimeSpan.FromSeconds(seconds) };
}
