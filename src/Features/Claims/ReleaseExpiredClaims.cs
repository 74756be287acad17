using Doorbuster.Platform;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Doorbuster.Claims;

/// <summary>The sweeper: ends holds that ran out. Any number of processes may sweep at once.</summary>
internal sealed class ReleaseExpiredClaims(ILedger ledger, TimeProvider clock, ILogger<ReleaseExpiredClaims> log) : BackgroundService
{
    private const int Portion = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (await ledger.ReleaseDue(Portion, stoppingToken) is > 0 and var count)
                    log.ClaimsExpired(count);
            }
            catch (StoreAwayException error)
            {
                log.JobWaits(nameof(ReleaseExpiredClaims), error.Message);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                log.JobFailed(nameof(ReleaseExpiredClaims), error);
            }
        }
    }
}
