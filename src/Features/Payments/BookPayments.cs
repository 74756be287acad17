using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Doorbuster.Payments;

/// <summary>Each second: what was captured and refunded goes to the books.</summary>
internal sealed class BookPayments(UnbookedStore unbooked, TimeProvider clock, ILogger<BookPayments> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (await unbooked.BookSome(stoppingToken))
                {
                    // There is more.
                }
            }
            catch (Exception error) when (error is StoreAwayException or NpgsqlException { IsAway: true })
            {
                log.BookingPutOff(error.Message);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                log.BookingFailed(error);
            }
        }
    }
}
