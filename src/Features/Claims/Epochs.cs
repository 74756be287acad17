using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Doorbuster.Claims;

/// <summary>
/// Builds the gate of a pool's next epoch from the ledger: for a new pool, after Redis forgot, after drift, after a change of the
/// total. Older epochs' writes are refused by both steps.
/// </summary>
internal sealed class Epochs(IGate gate, ILedger ledger, ILogger<Epochs> log)
{
    // The row lock lets one process build; this lets one caller of this process ask.
    private readonly ConcurrentDictionary<long, Lazy<Task<PoolRow?>>> _building = new();

    /// <summary>Makes sure that the pool's epoch is newer than <paramref name="seen"/>; null when there is no such pool.</summary>
    public async Task<PoolRow?> Begin(long pool, int seen, string why)
    {
        var building = _building.GetOrAdd(pool, id => new(() => Build(id, seen, why)));
        try
        {
            return await building.Value;
        }
        finally
        {
            _building.TryRemove(new(pool, building));
        }
    }

    private async Task<PoolRow?> Build(long pool, int seen, string why)
    {
        var row = await ledger.BeginEpoch(
            pool, seen,
            async old => (await gate.Read(pool, old))?.Log
                .SelectMany(batch => batch.Records)
                .Where(record => record.Quantity > 0)
                .Select(record => new LedgerEntry(record.Id, record.Person, record.Key, record.Quantity))
                .ToArray() ?? [],
            (next, records) => gate.Build(pool, next.Epoch, next.Left, next.LimitPerPerson, records),
            CancellationToken.None);

        if (row is { } now && now.Epoch > seen)
        {
            log.EpochBegun(pool, now.Epoch, now.Left, why);
            if (now.Epoch > 1)
                await gate.Drop(pool, now.Epoch - 1);
        }
        return row;
    }
}
