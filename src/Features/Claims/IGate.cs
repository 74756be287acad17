namespace Doorbuster.Claims;

/// <summary>
/// The first step: refuses almost everybody, fast, and files what it lets through. It may forget; it never promises. The model
/// tests play it with one that does forget, so it is an interface.
/// Every call but <see cref="Build"/> names an epoch and does nothing to a gate of another.
/// </summary>
/// <exception cref="Platform.StoreAwayException">From every call: whether it had its effect is unknown.</exception>
internal interface IGate
{
    /// <summary>One atomic step for a batch with at most one request per person; null when there is no such gate.</summary>
    /// <param name="settled">Log entries whose claims the ledger has all answered: dropped in the same step.</param>
    Task<GateAnswer?> Take(long pool, int epoch, IReadOnlyList<PendingClaim> batch, IReadOnlyList<string> settled);

    /// <summary>Gives units back, once for each record however often it is called, and drops settled log entries.</summary>
    /// <returns>False when there is no such gate.</returns>
    Task<bool> Return(long pool, int epoch, IReadOnlyList<GateReturn> returns, IReadOnlyList<string> settled);

    /// <summary>What is left and what is in flight; null when there is no such gate.</summary>
    Task<GateReading?> Read(long pool, int epoch);

    /// <summary>Writes the gate of a new epoch from the ledger's counts; the last key written makes it usable.</summary>
    Task Build(long pool, int epoch, long? left, int? limitPerPerson, IReadOnlyList<GateRecord> records);

    /// <summary>Forgets an older epoch.</summary>
    Task Drop(long pool, int epoch);

    /// <summary>Everybody the gate remembers, in portions; empty when there is no such gate.</summary>
    IAsyncEnumerable<IReadOnlyList<long>> People(long pool, int epoch);
}

internal enum GateVerdict : byte { Taken, Known, KnownReleased, SoldOut, Limit, KeyReused }

/// <param name="Id">The earlier claim's id when known; 0 otherwise.</param>
internal readonly record struct GateItem(GateVerdict Verdict, long Id);

/// <param name="Left">Units free after the batch; null for an unlimited pool.</param>
/// <param name="Version">Grows each time the gate turns from empty to not empty and back.</param>
/// <param name="LogEntry">The log entry that files what was taken; null when nothing was.</param>
internal sealed record GateAnswer(long? Left, long Version, string? LogEntry, IReadOnlyList<GateItem> Items);

/// <param name="Forget">True when the claim never entered the ledger: its key may try again. False when it was released:
/// the key stays known.</param>
internal readonly record struct GateReturn(long Person, long Id, bool Forget);

/// <summary>A claim as the gate remembers it.</summary>
/// <param name="Quantity">0 when released.</param>
internal readonly record struct GateRecord(long Person, Guid Key, long Id, int Quantity);

internal sealed record GateReading(long? Left, long Version, IReadOnlyList<LoggedBatch> Log);

/// <summary>A log entry as read back: the records one batch took, and when (by Redis's clock).</summary>
internal sealed record LoggedBatch(string Id, DateTimeOffset At, IReadOnlyList<GateRecord> Records);
