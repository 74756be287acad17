using Doorbuster.Platform.Jobs;

namespace Doorbuster.Claims;

/// <summary>
/// Takes the gates of pools that ended long ago out of Redis: past sign-in days, sales, red packets, coupons. Whoever repeats a
/// request after that is answered by the ledger, which has every claim.
/// </summary>
internal sealed class DropEndedGates(PoolStore store, IGate gate, TimeProvider clock) : IJob
{
    private const int AtOnce = 500;

    /// <summary>After a pool's end; as long as a released claim is known by its key.</summary>
    internal static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    public async Task<string> Run(CancellationToken cancel)
    {
        var (before, after, dropped) = (clock.GetUtcNow() - Kept, 0L, 0);
        while (await store.ListEnded(before, after, AtOnce, cancel) is { Count: > 0 } ended)
        {
            foreach (var pool in ended)
                if (await store.DropGate(pool, before, epoch => Drop(pool, epoch), cancel))
                    dropped++;
            after = ended[^1];
        }
        return $"dropped {dropped}";
    }

    // What is filed and not answered is somebody's place: the auditor enters it first.
    private async Task<bool> Drop(long pool, int epoch)
    {
        if (await gate.Read(pool, epoch) is { Log.Count: > 0 })
            return false;
        await gate.Drop(pool, epoch);
        return true;
    }
}
