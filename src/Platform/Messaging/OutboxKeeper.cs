using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Doorbuster.Platform.Messaging;

/// <summary>Looks up the queue's figures for this process's metrics.</summary>
internal sealed class OutboxKeeper(
    QueueStore queue, MessagingMetrics metrics, TimeProvider clock, ILogger<OutboxKeeper> log) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, clock);
        do
        {
            try
            {
                metrics.Stats = await queue.Stats(stoppingToken);
            }
            catch (NpgsqlException error)
            {
                log.KeeperFailed(error.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
