using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Doorbuster.Platform;

/// <summary>
/// Takes a turn after every pause until the process ends. A turn that fails of what passes by itself is put off to the
/// next; whatever else befalls it stops the process.
/// </summary>
public abstract class PeriodicService(TimeSpan pause, TimeProvider clock) : BackgroundService
{
    protected DateTimeOffset Now => clock.GetUtcNow();

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(pause, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            try
            {
                await TakeTurn(stoppingToken);
            }
            catch (Exception error) when (Passes(error))
            {
                NotePutOff(error.Message);
            }
    }

    protected abstract Task TakeTurn(CancellationToken cancel);

    /// <summary>Says in the log why the turn was put off.</summary>
    protected abstract void NotePutOff(string why);

    protected virtual bool Passes(Exception error) => error is StoreAwayException or NpgsqlException or TimeoutException;
}
