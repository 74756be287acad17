using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Redis;
using Doorbuster.Platform.Telemetry;
using StackExchange.Redis;

namespace Doorbuster.FlashSales;

/// <summary>
/// What all processes counted of a sale, for those who watch it. Each writes its own counts to the forgetful Redis once a second
/// when they moved; who reads adds them up. A process that ended leaves its counts, so sums only grow. While Redis is away there
/// is what this process counted itself.
/// </summary>
internal sealed class ClaimFigures(ClaimCounts counts, RouteTimes times, CacheRedis redis, TimeProvider clock)
{
    public const string Route = "/api/v1/sales/{id}/claims";

    private const string Prefix = "flash-sales:figures:";
    private const string TimesKey = Prefix + "times";
    private const int RepeatEvery = 30;    // rounds: Redis may have forgotten
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);

    private readonly string _self = Guid.CreateVersion7(clock.GetUtcNow()).ToString("n");
    private readonly ConcurrentDictionary<string, long[]> _said = new(StringComparer.Ordinal);
    private int _round;

    /// <exception cref="StoreAwayException">It is said again in the next round.</exception>
    public async Task Share()
    {
        var isRepeat = ++_round % RepeatEvery == 0;
        await Share(TimesKey, times.Count("POST", Route), isRepeat);
        foreach (var sale in counts.Sales)
            await Share(Prefix + sale, counts.Of(sale), isRepeat);
    }

    /// <summary>Answers by outcome, as <see cref="ClaimCounts.Words"/>.</summary>
    public Task<long[]> Requests(long sale) => Sum(Prefix + sale, counts.Of(sale));

    /// <summary>Claims of all sales by their time, within <see cref="RouteTimes.Bounds"/>.</summary>
    public Task<long[]> Times() => Sum(TimesKey, times.Count("POST", Route));

    private async Task Share(string key, long[] now, bool isRepeat)
    {
        if (!now.Any(count => count > 0) || !isRepeat && _said.TryGetValue(key, out var said) && said.AsSpan().SequenceEqual(now))
            return;
        var bytes = MemoryMarshal.AsBytes(now.AsSpan()).ToArray();
        await redis.Call(async db =>
        {
            await db.HashSetAsync(key, _self, bytes);
            return await db.KeyExpireAsync(key, KeptFor);
        });
        _said[key] = now;
    }

    private async Task<long[]> Sum(string key, long[] own)
    {
        HashEntry[] all;
        try
        {
            all = redis.IsAway ? [] : await redis.Call(db => db.HashGetAllAsync(key));
        }
        catch (StoreAwayException)
        {
            all = [];
        }
        var sum = own.ToArray();
        foreach (var entry in all.Where(entry => entry.Name != _self))
        {
            var others = MemoryMarshal.Cast<byte, long>((byte[]?)entry.Value);
            for (var i = 0; i < Math.Min(sum.Length, others.Length); i++)
                sum[i] += others[i];
        }
        return sum;
    }
}

/// <summary>Tells what this process counted, once a second.</summary>
internal sealed class ShareClaimFigures(ClaimFigures figures, TimeProvider clock) : PeriodicService(TimeSpan.FromSeconds(1), clock)
{
    protected override Task TakeTurn(CancellationToken cancel) => figures.Share();

    // Whoever watches sees older figures until the next round; Redis itself is complained about elsewhere.
    protected override void NotePutOff(string why) { }

    protected override bool Passes(Exception error) => error is StoreAwayException or RedisException or TimeoutException;
}
