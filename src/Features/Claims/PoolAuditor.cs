using Doorbuster.Contracts.Claims;
using Microsoft.Extensions.Logging;

namespace Doorbuster.Claims;

/// <summary>One look at one pool, and what follows from several of them.</summary>
internal sealed class PoolAuditor(IGate gate, ILedger ledger, Epochs epochs, ILogger<PoolAuditor> log)
{
    /// <summary>Looks in a row that must show the same drift: one look may fall between a release and its message.</summary>
    private const int LooksMin = 3;

    /// <summary>Looks in a row with any drift of one sign, when it changes under load.</summary>
    private const int LooksMax = 8;

    private readonly Dictionary<long, Suspicion> _suspicions = [];

    public bool Suspects(long pool) => _suspicions.ContainsKey(pool);

    /// <param name="enter">Takes what a lost process left at the gate on to the ledger.</param>
    public async Task Audit(Pool pool, Action<PendingClaim> enter, CancellationToken cancel)
    {
        if (await ledger.Count(pool.Id, epoch => gate.Read(pool.Id, epoch), full: false, cancel) is not { } count)
            return;
        pool.Learn(count.Row);
        if (count.Row.IsGateDropped)
        {
            _suspicions.Remove(pool.Id);
            return;
        }

        if (count is { Gate: null, Row.Epoch: > 0 })
        {
            if (await epochs.Begin(pool.Id, count.Row.Epoch, "the gate was gone") is { } row)
                pool.Learn(row);
            return;
        }

        var before = _suspicions.GetValueOrDefault(pool.Id) ?? new([], 0, 0);
        var filed = count.Gate?.Log ?? [];
        EnterLeftovers(pool, enter, count.Row.Epoch, filed.Where(batch => before.Log.Contains(batch.Id)).ToArray());

        var drift = count.Drift ?? 0;
        var looks = drift == 0 ? 0 : Math.Sign(drift) == Math.Sign(before.Drift) ? before.Looks + 1 : 1;
        if (looks >= LooksMax || looks >= LooksMin && drift == before.Drift)
        {
            log.PoolDrifted(pool.Id, drift);
            if (await epochs.Begin(pool.Id, count.Row.Epoch, "the auditor found drift") is { } row)
                pool.Learn(row);
            _suspicions.Remove(pool.Id);
        }
        else if (drift != 0 || filed.Count > 0)
            _suspicions[pool.Id] = new(filed.Select(batch => batch.Id).ToHashSet(), drift, looks);
        else
            _suspicions.Remove(pool.Id);
    }

    // An entry seen twice has waited a whole interval, by no clock but our own: its process is slow or gone. Entering it again
    // is harmless, since one key has one claim.
    private void EnterLeftovers(Pool pool, Action<PendingClaim> enter, int epoch, LoggedBatch[] leftovers)
    {
        foreach (var batch in leftovers)
        {
            var entry = new LogEntry(batch.Id, epoch, batch.Records.Count);
            foreach (var record in batch.Records)
                enter(new PendingClaim
                {
                    Person = record.Person,
                    Quantity = record.Quantity,
                    Key = record.Key,
                    Id = record.Id,
                    Epoch = epoch,
                    Entry = entry,
                    WaitsUntil = long.MaxValue,
                });
            log.LeftoversEntered(pool.Id, batch.Records.Count);
        }
    }

    private sealed record Suspicion(HashSet<string> Log, long Drift, int Looks);
}
