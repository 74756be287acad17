using Doorbuster.Contracts.Claims;
using Npgsql;

namespace Doorbuster.Catalog;

/// <summary>
/// Brings the pools of ordinary stock in line with the catalog. The catalog commits first and notes what the pools have been
/// told, so what was interrupted is found and told again; telling the same twice has no effect.
/// </summary>
internal sealed class StockPools(CatalogWriter catalog, IClaims claims)
{
    public const string Kind = "stock";

    private const int AtOnce = 8;    // they share a commit's flush to disk

    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(15);

    /// <summary>Returns the SKUs whose stock was refused because more is sold already; for those the old stock holds.</summary>
    public async Task<IReadOnlyList<string>> Tell(IReadOnlyList<PendingStock> pending, CancellationToken cancel)
    {
        // One at a time for each pool, and with the stock as it is then: were two told at once, the pool might keep the older.
        await using var telling = await catalog.BeginTelling([.. pending.Select(p => p.Pool)], cancel);
        var current = telling.Pending;
        var outcomes = new PoolOutcome[current.Count];
        await Parallel.ForAsync(0, current.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel },
            async (i, token) => outcomes[i] = await Tell(current[i], token));

        var (told, refused) = (new List<PendingStock>(), new List<PendingStock>());
        for (var i = 0; i < outcomes.Length; i++)
        {
            if (outcomes[i] is not (PoolOutcome.Done or PoolOutcome.AlreadyDone or PoolOutcome.TotalBelowTaken))
                throw new InvalidOperationException($"The stock pool of {current[i].Sku} answers {outcomes[i]}.");
            (outcomes[i] == PoolOutcome.TotalBelowTaken ? refused : told).Add(current[i]);
        }
        await telling.Finish(told, refused, cancel);
        return [.. refused.Select(stock => stock.Sku)];
    }

    /// <summary>Makes the pools of new variants, before the transaction that brings them commits: who sees a variant finds its
    /// pool. A pool whose variant never comes is claimed by nobody.</summary>
    public async Task Make(NpgsqlTransaction transaction, IReadOnlyList<PendingStock> added, CancellationToken cancel)
    {
        foreach (var stock in added)
            if (await Tell(stock, cancel) is not (PoolOutcome.Done or PoolOutcome.AlreadyDone) and var outcome)
                throw new InvalidOperationException($"The stock pool of {stock.Sku} answers {outcome}.");
        await CatalogWriter.StockTold(transaction, added, cancel);
    }

    private async Task<PoolOutcome> Tell(PendingStock stock, CancellationToken cancel)
    {
        if (stock.Told is null)
        {
            var made = await claims.Create(
                new PoolDefinition { Id = stock.Pool, Kind = Kind, Total = stock.Stock, Hold = Hold }, cancel);
            if (made != PoolOutcome.AlreadyDone)
                return made;
            // Made before a crash, perhaps with another stock.
        }
        return await claims.Change(stock.Pool, new PoolChange { Total = stock.Stock }, cancel);
    }
}
