using Doorbuster.Platform;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Doorbuster.Accounts;

/// <summary>Tells Redis, each second, of sessions that ended while it was away. Any number of processes may: it is said
/// again what is so already.</summary>
internal sealed class FinishEndings(
    AccountStore store, Endings endings, TimeProvider clock, ILogger<FinishEndings> log) : BackgroundService
{
    private const int AtOnce = 500;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (await store.ListEndings(AtOnce, stoppingToken) is { Count: > 0 } missed)
                {
                    await endings.Tell(missed, stoppingToken);
                    log.EndingsFinished(missed.Count);
                }
            }
            catch (Exception error) when (error is NpgsqlException or StoreAwayException or TimeoutException)
            {
                log.EndingsPutOff(error.Message);
            }
        }
    }
}
