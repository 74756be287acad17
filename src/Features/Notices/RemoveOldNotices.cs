using Doorbuster.Platform.Jobs;

namespace Doorbuster.Notices;

/// <summary>Keeps a notice for 90 days after it was written, an unread one for 400.</summary>
internal sealed class RemoveOldNotices(NoticeStore store, TimeProvider clock) : IJob
{
    private const int AtOnce = 5_000;

    private static readonly TimeSpan ReadKept = TimeSpan.FromDays(90);
    private static readonly TimeSpan AllKept = TimeSpan.FromDays(400);

    public async Task<string> Run(CancellationToken cancel)
    {
        var (removed, now) = (0, clock.GetUtcNow());
        while (await store.RemoveOld(now - ReadKept, now - AllKept, AtOnce, cancel) is var some and > 0)
            removed += some;
        return $"removed {removed}";
    }
}
