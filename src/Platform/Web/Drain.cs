using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Doorbuster.Platform.Web;

/// <summary>
/// The orderly end: say "not ready", go on serving until the load balancer has noticed, then stop accepting and finish
/// what is running. The framework calls <see cref="StoppingAsync"/> before it stops the server.
/// </summary>
internal sealed class Drain(IOptions<WebOptions> options, TimeProvider clock, ILogger<Drain> log)
    : IHostedLifecycleService
{
    private volatile bool _isDraining;

    public bool IsDraining => _isDraining;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _isDraining = true;
        if (options.Value.DrainDelay == TimeSpan.Zero)
            return;
        log.Draining(options.Value.DrainDelay.TotalSeconds);
        await Task.Delay(options.Value.DrainDelay, clock, cancellationToken).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
