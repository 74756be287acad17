using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Doorbuster.Carts;

/// <summary>Finishes or undoes the orders that a crash left in the middle, once their lease is over.</summary>
internal sealed class FinishCheckouts(
    CheckoutStore store, CheckoutDesk desk, TimeProvider clock, ILogger<FinishCheckouts> log) : BackgroundService
{
    private const int AtOnce = 100;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                foreach (var id in await store.ListLeft(clock.GetUtcNow(), AtOnce, stoppingToken))
                    await desk.Resume(id, stoppingToken);
            }
            catch (Exception away) when (away is StoreAwayException or NpgsqlException { IsAway: true })
            {
                log.FinishingPutOff(away.Message);
            }
        }
    }
}
