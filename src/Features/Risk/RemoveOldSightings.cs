using Doorbuster.Platform.Jobs;
using Doorbuster.Risk.Cases;

namespace Doorbuster.Risk;

/// <summary>No rule looks back further than a year.</summary>
internal sealed class RemoveOldSightings(CaseStore store, TimeProvider clock) : IJob
{
    private const int AtOnce = 5_000;

    private static readonly TimeSpan Kept = TimeSpan.FromDays(366);

    public async Task<string> Run(CancellationToken cancel)
    {
        var (removed, before) = (0, clock.GetUtcNow() - Kept);
        while (await store.RemoveSeen(before, AtOnce, cancel) is var some and > 0)
            removed += some;
        return $"removed {removed}";
    }
}
