using Doorbuster.Contracts.Claims;

namespace Doorbuster.Claims;

/// <summary>
/// The second step and the truth. An interface only because the model tests play it with a ledger that commits and then says
/// "unknown".
/// </summary>
/// <exception cref="Platform.StoreAwayException">From every call: PostgreSQL is away; whether it committed is unknown.</exception>
internal interface ILedger
{
    /// <summary>Enters a batch with at most one claim per person; one commit, one answer each, in order.</summary>
    Task<IReadOnlyList<LedgerAnswer>> Enter(long pool, int epoch, IReadOnlyList<LedgerEntry> batch, CancellationToken cancel);

    /// <summary>
    /// Starts a new epoch of the pool's gate, unless one newer than <paramref name="seenEpoch"/> has begun. All within one
    /// transaction that holds the pool's row, so that no claim or release can commit meanwhile: enters what the old gate's log
    /// still files, counts, lets <paramref name="build"/> write the new gate, commits.
    /// </summary>
    /// <returns>The pool as it is now; null when there is no such pool.</returns>
    Task<PoolRow?> BeginEpoch(
        long pool, int seenEpoch, Func<int, Task<IReadOnlyList<LedgerEntry>>> readOldLog,
        Func<PoolRow, IReadOnlyList<GateRecord>, Task> build, CancellationToken cancel);

    /// <summary>
    /// Counts a pool's units in the ledger and in the gate while no claim or release can commit, so that every unit is seen
    /// once; null when there is no such pool.
    /// </summary>
    /// <param name="full">Also recounts the claims themselves, which takes time with their number.</param>
    Task<PoolCount?> Count(long pool, Func<int, Task<GateReading?>> readGate, bool full, CancellationToken cancel);

    Task<PoolRow?> FindPool(long pool, CancellationToken cancel);

    /// <summary>Ends a held claim, by compare-and-set.</summary>
    Task<EndOutcome> Release(long claim, CancellationToken cancel);

    /// <summary>Ends a held or kept claim as released, by compare-and-set.</summary>
    Task<EndOutcome> TakeBack(long claim, CancellationToken cancel);

    /// <summary>Keeps all of these held claims or none.</summary>
    Task<EndOutcome> Keep(IReadOnlyList<long> claims, CancellationToken cancel);

    /// <summary>Releases at most <paramref name="max"/> claims whose hold ran out; the number released.</summary>
    Task<int> ReleaseDue(int max, CancellationToken cancel);

    Task<ClaimView?> Find(long claim, CancellationToken cancel);

    Task<IReadOnlyList<ClaimView>> FindMany(IReadOnlyCollection<long> claims, CancellationToken cancel);

    Task<ClaimView?> FindByKey(long pool, long person, Guid key, CancellationToken cancel);
}

/// <param name="Quantity">0 looks an earlier claim up and never makes one.</param>
internal readonly record struct LedgerEntry(long Id, long Person, Guid Key, int Quantity, string? Trace = null);

internal enum LedgerVerdict { Made, Known, Missing, SoldOut, Limit, NotOpen, Closed, Paused, OldEpoch }

/// <param name="Claim">The claim, when made or known.</param>
internal readonly record struct LedgerAnswer(LedgerVerdict Verdict, ClaimView? Claim);

/// <summary>A pool as the ledger has it.</summary>
/// <param name="IsGateDropped">It ended long ago, and nothing of it is in Redis any more: the ledger alone answers.</param>
internal sealed record PoolRow(
    long Id, string Kind, long? Total, int? LimitPerPerson, TimeSpan? Hold, DateTimeOffset OpensAt, DateTimeOffset ClosesAt,
    PoolState State, int Epoch, long Taken, long Granted, bool IsGateDropped = false)
{
    public long? Left => Total - Taken;
}

/// <param name="Gate">Null when the pool's gate does not exist.</param>
/// <param name="InFlight">Units that the gate's log files and the ledger does not have.</param>
/// <param name="Returning">Units released in the ledger whose message to the gate is still under way.</param>
/// <param name="Kept">And the rest: 0 unless the count was full.</param>
internal sealed record PoolCount(
    PoolRow Row, GateReading? Gate, long InFlight, long Returning, long Kept, long Held, long PeopleOverLimit, long DuplicateKeys)
{
    /// <summary>Units the gate and the ledger disagree about: positive when nobody can buy them, negative when the gate
    /// offers them twice. Null without a gate.</summary>
    public long? Drift => Gate is null ? null : Row.Total is null ? 0 : Row.Left - Gate.Left - InFlight - Returning;
}
