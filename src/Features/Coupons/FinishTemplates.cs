using Doorbuster.Platform;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Doorbuster.Coupons;

/// <summary>Carries to the pools what somebody left half-made. Harmless in several processes at once.</summary>
internal sealed class FinishTemplates(
    TemplateStore store, TemplateDesk desk, TimeProvider clock, ILogger<FinishTemplates> log) : BackgroundService
{
    private const int AtOnce = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            try
            {
                foreach (var template in await store.ListPending(AtOnce, stoppingToken))
                    await Finish(template, stoppingToken);
            }
            catch (Exception error) when (error is StoreAwayException or NpgsqlException or TimeoutException)
            {
                log.TemplatesNotRead(error.Message);
            }
    }

    private async Task Finish(long template, CancellationToken cancel)
    {
        try
        {
            await desk.Finish(template, cancel);
        }
        catch (InvalidOperationException error)
        {
            log.TemplateStuck(error, template);    // one template's trouble must not keep the others waiting
        }
    }
}
