using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Doorbuster.Carts;

/// <summary>
/// Removes carts and checkouts that nobody can come back to: a guest's cart when his token has expired, empty carts after a
/// day, checkouts that were never ordered after a month.
/// </summary>
internal sealed class RemoveAbandoned(
    CartStore carts, CheckoutStore checkouts, TimeProvider clock, ILogger<RemoveAbandoned> log) : BackgroundService
{
    private const int AtOnce = 1_000;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan GuestLife = TimeSpan.FromDays(30);    // as long as his token
    private static readonly TimeSpan EmptyLife = TimeSpan.FromDays(1);
    private static readonly TimeSpan CheckoutLife = TimeSpan.FromDays(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Remove(stoppingToken);
            }
            catch (NpgsqlException away) when (away.IsAway)
            {
                log.RemovingPutOff(away.Message);
            }
        }
    }

    internal async Task Remove(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var (removedCarts, removedCheckouts) = (0, 0);
        int count;
        do
        {
            count = await carts.RemoveAbandoned(now - GuestLife, now - EmptyLife, AtOnce, cancel);
            removedCarts += count;
        }
        while (count == AtOnce);
        do
        {
            count = await checkouts.RemoveOld(now - CheckoutLife, AtOnce, cancel);
            removedCheckouts += count;
        }
        while (count == AtOnce);
        log.AbandonedRemoved(removedCarts, removedCheckouts);
    }
}
