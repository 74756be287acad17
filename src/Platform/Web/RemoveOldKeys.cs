using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Doorbuster.Platform.Web;

/// <summary>Keeps idempotency records for a day. Every process may do it at once: they skip each other's
/// rows.</summary>
internal sealed class RemoveOldKeys(IServiceProvider services, TimeProvider clock, ILogger<RemoveOldKeys> log)
    : BackgroundService
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (services.GetKeyedService<NpgsqlDataSource>(Migrations.PlatformSchema) is not { } db)
            return;
        using var timer = new PeriodicTimer(Pause, clock);
        while (await Next(timer, stoppingToken))
        {
            try
            {
                while (await IdempotencyStore.RemoveOlderThan(db, Kept, stoppingToken)) { }
            }
            catch (NpgsqlException error)
            {
                log.OldKeysNotRemoved(error.Message);    // The next turn comes by itself.
            }
        }
    }

    private static async Task<bool> Next(PeriodicTimer timer, CancellationToken stop)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
