using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;

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

    /// <summary>Returns the SKUs whose stock was refused because more is sold already.</summary>
    public async Task<IReadOnlyList<string>> Tell(IReadOnlyList<PendingStock> pending, CancellationToken cancel)
    {
        var outcomes = new PoolOutcome[pending.Count];
        await Parallel.ForAsync(0, pending.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel },
            async (i, token) => outcomes[i] = await Tell(pending[i], token));

        var told = pending.Where((_, i) => outcomes[i] is PoolOutcome.Done or PoolOutcome.AlreadyDone).ToArray();
        await catalog.StockTold([.. told.Select(p => p.Sku)], [.. told.Select(p => p.Stock)], cancel);

        var refused = new List<string>();
        for (var i = 0; i < outcomes.Length; i++)
        {
            if (outcomes[i] is PoolOutcome.Done or PoolOutcome.AlreadyDone)
                continue;
            if (outcomes[i] != PoolOutcome.TotalBelowTaken)
                throw new InvalidOperationException($"The stock pool of {pending[i].Sku} answers {outcomes[i]}.");
            await catalog.StockRefused(pending[i].Sku, pending[i].Stock, cancel);
            refused.Add(pending[i].Sku);
        }
        return refused;
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
