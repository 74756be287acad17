using Doorbuster.Platform.Jobs;

namespace Doorbuster.Accounts;

/// <summary>Removes sessions that have expired, and keys that no living token is signed with.</summary>
internal sealed class RemoveExpired(AccountStore store, TimeProvider clock) : IJob
{
    private const int AtOnce = 5_000;

    public async Task<string> Run(CancellationToken cancel) => $"removed {await Remove(cancel)} sessions";

    internal async Task<int> Remove(CancellationToken cancel)
    {
        var (removed, now) = (0, clock.GetUtcNow());
        while (await store.RemoveExpired(now, AtOnce, cancel) is var some and > 0)
            removed += some;
        await store.RemoveOldKeys(now - Sessions.GuestLife - TimeSpan.FromMinutes(10), cancel);
        return removed;
    }
}
