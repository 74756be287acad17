using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Microsoft.Extensions.Logging;

namespace Doorbuster.FlashSales;

/// <summary>
/// Finishes sales that somebody left half-made, and says in the log when one opens, sells out or ends. Opening itself
/// needs nobody: the pool's times decide. Harmless in several processes at once.
/// </summary>
internal sealed class LookAfterSales(
    SaleStore store, SaleDesk desk, IClaims claims, TimeProvider clock, ILogger<LookAfterSales> log)
    : PeriodicService(TimeSpan.FromSeconds(1), clock)
{
    private const int SalesMax = 100;

    private readonly Dictionary<long, (FlashSale Sale, SalePhase Phase)> _seen = [];

    protected override async Task TakeTurn(CancellationToken cancel)
    {
        foreach (var sale in await store.ListPending(SalesMax, cancel))
            await Finish(sale, cancel);
        await Watch(cancel);
    }

    protected override void NotePutOff(string why) => log.SalesNotRead(why);

    private async Task Finish(FlashSale sale, CancellationToken cancel)
    {
        try
        {
            var finished = await desk.Finish(sale.Id, cancel);
            log.SaleFinished(finished.PublicId, finished.Version);
        }
        catch (InvalidOperationException error)
        {
            log.SaleStuck(error, sale.PublicId);    // one sale's trouble must not keep the others waiting
        }
    }

    private async Task Watch(CancellationToken cancel)
    {
        var now = Now;
        var current = await store.ListCurrent(now, SalesMax, cancel);
        foreach (var sale in current)
        {
            var phase = sale.PhaseAt(now, await claims.FindPool(sale.Id, cancel));
            var hasChanged = _seen.TryGetValue(sale.Id, out var before) && before.Phase != phase;
            if (hasChanged)
                log.SalePhaseChanged(sale.PublicId, phase.Word, sale.Title);
            if (phase is SalePhase.SoldOut && (hasChanged || sale.SoldOutAt is null))
                await store.NoteSoldOut(sale.Id, now, cancel);
            _seen[sale.Id] = (sale, phase);
        }
        foreach (var gone in _seen.Keys.Except(current.Select(sale => sale.Id)).ToList())
            if (_seen.Remove(gone, out var last))
                log.SalePhaseChanged(last.Sale.PublicId, SalePhase.Ended.Word, last.Sale.Title);
    }
}
