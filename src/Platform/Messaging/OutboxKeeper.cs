using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Doorbuster.Platform.Messaging;

/// <summary>Looks up the queue's figures for the metrics, and forgets what was handled long ago.</summary>
internal sealed class OutboxKeeper(
    OutboxStore outbox, QueueStore queue, MessagingMetrics metrics, IOptions<MessagingOptions> options,
    TimeProvider clock, ILogger<OutboxKeeper> log) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CleanEvery = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, clock);
        var lastCleaned = clock.GetTimestamp();
        do
        {
            try
            {
                metrics.Stats = await queue.Stats(stoppingToken);
                if (clock.GetElapsedTime(lastCleaned) < CleanEvery)
                    continue;
                lastCleaned = clock.GetTimestamp();
                var forgotten = await outbox.CleanInbox(options.Value.InboxRetention, stoppingToken);
                log.InboxCleaned(forgotten);
            }
            catch (NpgsqlException error)
            {
                log.KeeperFailed(error.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
