using Doorbuster.Platform.Jobs;

namespace Doorbuster.Catalog;

/// <summary>Tells the pools what an interrupted import did not come to tell.</summary>
internal sealed class FinishStock(CatalogWriter writer, StockPools pools) : IJob
{
    private const int AtOnce = 500;

    public async Task<string> Run(CancellationToken cancel)
    {
        var pending = await writer.ListPendingStock(AtOnce, cancel);
        if (pending.Count > 0)
            await pools.Tell(pending, cancel);
        return $"told {pending.Count}";
    }
}
