using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Doorbuster.Payments;

/// <summary>
/// Compares with the provider every few minutes, from where the last comparison ended and an hour before; in one
/// process of all.
/// </summary>
internal sealed class ReconcilePayments(
    Reconciliation reconciliation, PaymentSettings settings, IOptions<PaymentsOptions> options, TimeProvider clock,
    ILogger<ReconcilePayments> log) : BackgroundService
{
    private static readonly TimeSpan Overlap = TimeSpan.FromHours(1);
    private static readonly TimeSpan BackMax = TimeSpan.FromDays(31);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(30);    // what is newer may have its webhook yet to come

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.ReconcileEvery, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Turn(stoppingToken);
            }
            catch (Exception error) when (error is StoreAwayException or NpgsqlException { IsAway: true })
            {
                log.ReconcilingPutOff(error.Message);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                log.ReconcilingFailed(error);
            }
        }
    }

    /// <summary>Null when another process has the turn.</summary>
    internal async Task<ReconcileReport?> Turn(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        // A little less than the interval: two clocks do not tick alike.
        if (!await settings.TakeTurn(now, options.Value.ReconcileEvery * 0.9, cancel))
            return null;
        var to = now - Settling;
        var from = await settings.ReconciledTo(cancel) is { } last ? last - Overlap : to - TimeSpan.FromDays(1);
        var report = await reconciliation.Run(from < to - BackMax ? to - BackMax : from, to, cancel);
        await settings.NoteReconciled(to, cancel);
        return report;
    }
}
