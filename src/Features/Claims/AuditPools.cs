using Doorbuster.Platform;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Doorbuster.Claims;

/// <summary>
/// Checks every few seconds that gate left + in flight + live claims = total, enters what lost processes left in a gate's log,
/// and begins a new epoch where the sum stays wrong.
/// </summary>
internal sealed class AuditPools(
    PoolStore store, Pools pools, PoolAuditor auditor, TimeProvider clock, ILogger<AuditPools> log) : BackgroundService
{
    // An audit stops the pool for as long as it takes: where a hundred variants sell at once, each has its turn in four seconds.
    private const int BusyPoolsATurn = 25;
    private const int QuietPoolsATurn = 20;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<long, (long Granted, long Taken)> _seen = [];
    private readonly List<long> _changed = [];    // and not audited since, the oldest change first
    private int _next;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                foreach (var pool in await ThisTurn(stoppingToken))
                {
                    if (await pools.Find(pool, stoppingToken) is { } turnstile)
                        await auditor.Audit(turnstile.Pool, turnstile.EnterFiled, stoppingToken);
                }
            }
            catch (StoreAwayException error)
            {
                log.JobWaits(nameof(AuditPools), error.Message);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                log.JobFailed(nameof(AuditPools), error);
            }
        }
    }

    // Pools under suspicion, some of those where something happened, and a few of the quiet ones in turn.
    private async Task<List<long>> ThisTurn(CancellationToken cancel)
    {
        var (busy, quiet, waiting) = (new List<long>(), new List<long>(), _changed.ToHashSet());
        var built = await store.Built(cancel);
        if (_seen.Count > built.Count)    // some have ended
            foreach (var gone in _seen.Keys.Except(built.Select(pool => pool.Id)).ToList())
                _seen.Remove(gone);
        foreach (var (id, granted, taken) in built)
        {
            var changed = !_seen.TryGetValue(id, out var before) || before != (granted, taken);
            _seen[id] = (granted, taken);
            if (auditor.Suspects(id))
                busy.Add(id);
            else if (!waiting.Contains(id))
                (changed ? _changed : quiet).Add(id);
        }
        var some = _changed.Take(BusyPoolsATurn).ToList();
        _changed.RemoveRange(0, some.Count);
        busy.AddRange(some.Except(busy));
        for (var i = 0; i < Math.Min(QuietPoolsATurn, quiet.Count); i++)
            busy.Add(quiet[_next++ % quiet.Count]);
        return busy;
    }
}
