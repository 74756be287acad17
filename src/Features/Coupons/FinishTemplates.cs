using Doorbuster.Platform;
using Microsoft.Extensions.Logging;

namespace Doorbuster.Coupons;

/// <summary>Carries to the pools what somebody left half-made. Harmless in several processes at once.</summary>
internal sealed class FinishTemplates(
    TemplateStore store, TemplateDesk desk, TimeProvider clock, ILogger<FinishTemplates> log)
    : PeriodicService(TimeSpan.FromSeconds(2), clock)
{
    private const int AtOnce = 100;

    protected override async Task TakeTurn(CancellationToken cancel)
    {
        foreach (var template in await store.ListPending(AtOnce, cancel))
            await Finish(template, cancel);
    }

    protected override void NotePutOff(string why) => log.TemplatesNotRead(why);

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
