using Doorbuster.Platform;
using Microsoft.Extensions.Logging;

namespace Doorbuster.Accounts;

/// <summary>Tells Redis, each second, of sessions that ended while it was away. Any number of processes may: it is said
/// again what is so already.</summary>
internal sealed class FinishEndings(
    AccountStore store, Endings endings, TimeProvider clock, ILogger<FinishEndings> log)
    : PeriodicService(TimeSpan.FromSeconds(1), clock)
{
    private const int AtOnce = 500;

    protected override async Task TakeTurn(CancellationToken cancel)
    {
        if (await store.ListEndings(AtOnce, cancel) is { Count: > 0 } missed)
        {
            await endings.Tell(missed, cancel);
            log.EndingsFinished(missed.Count);
        }
    }

    protected override void NotePutOff(string why) => log.EndingsPutOff(why);
}
