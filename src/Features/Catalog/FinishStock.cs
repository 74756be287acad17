using Doorbuster.Platform;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Doorbuster.Catalog;

/// <summary>Tells the pools what an interrupted import did not come to tell.</summary>
internal sealed class FinishStock(CatalogWriter writer, StockPools pools, TimeProvider clock, ILogger<FinishStock> log)
    : BackgroundService
{
    private const int AtOnce = 500;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Finish(stoppingToken);
            }
            catch (Exception error) when (error is NpgsqlException or StoreAwayException or InvalidOperationException)
            {
                log.StockNotTold(error.Message);
            }
        }
    }

    internal async Task Finish(CancellationToken cancel)
    {
        if (await writer.ListPendingStock(AtOnce, cancel) is { Count: > 0 } pending)
        {
            await pools.Tell(pending, cancel);
            log.StockTold(pending.Count);
        }
    }
}
