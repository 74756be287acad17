using System.Diagnostics;

namespace Doorbuster;

/// <summary>Writes the demonstration data before the first request is answered: a hosted service, because ids need the
/// node number that another one leases.</summary>
internal sealed class Seeding(IServiceProvider services, Action<string> say) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var feature in Features.All)
        {
            var started = Stopwatch.GetTimestamp();
            await feature.Seed(services, cancellationToken);
            if (Stopwatch.GetElapsedTime(started) is { TotalSeconds: > 0.5 } took)
                say($"Demonstration data of {feature.Name}: done in {took.TotalSeconds:0.0} s.");
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
