using Doorbuster.Platform.Jobs;
using Microsoft.Extensions.Options;

namespace Doorbuster.Webhooks;

/// <summary>Forgets what was told long ago, with its deliveries and attempts.</summary>
internal sealed class RemoveOldWebhooks(DeliveryStore store, IOptions<WebhooksOptions> options, TimeProvider clock) : IJob
{
    public async Task<string> Run(CancellationToken cancel) =>
        $"removed {await store.RemoveBefore(clock.GetUtcNow() - options.Value.Retention, cancel)}";
}
