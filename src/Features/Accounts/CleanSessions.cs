using Doorbuster.Platform;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Doorbuster.Accounts;

/// <summary>Each second: tells Redis of sessions that ended while it was away. Each ten minutes: removes what has expired.</summary>
internal sealed class CleanSessions(AccountStore store, Endings endings, TimeProvider clock, ILogger<CleanSessions> log)
    : BackgroundService
{
    private const int EndingsAtOnce = 500;
    private const int ExpiredAtOnce = 5_000;

    private static readonly TimeSpan ExpiredEvery = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        var nextExpiry = clock.GetUtcNow();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await FinishEndings(stoppingToken);
                if (clock.GetUtcNow() < nextExpiry)
                    continue;
                nextExpiry = clock.GetUtcNow() + ExpiredEvery;
                await RemoveExpired(stoppingToken);
            }
            catch (Exception error) when (error is NpgsqlException or StoreAwayException or TimeoutException)
            {
                log.CleaningFailed(error.Message);
            }
        }
    }

    internal async Task FinishEndings(CancellationToken cancel)
    {
        if (await store.ListEndings(EndingsAtOnce, cancel) is { Count: > 0 } missed)
        {
            await endings.Tell(missed, cancel);
            log.EndingsFinished(missed.Count);
        }
    }

    internal async Task<int> RemoveExpired(CancellationToken cancel)
    {
        var (removed, now) = (0, clock.GetUtcNow());
        while (await store.RemoveExpired(now, ExpiredAtOnce, cancel) is var some and > 0)
            removed += some;
        await store.RemoveOldKeys(now - Sessions.GuestLife - TimeSpan.FromMinutes(10), cancel);
        if (removed > 0)
            log.SessionsExpired(removed);
        return removed;
    }
}
