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
/// when they moved; who reads adds them up. A process that ended leaves its counts for a day, then sums lose them: whoever takes
/// the difference of two looks counts less than nothing as nothing. While Redis is away there is what this process counted itself.
/// </summary>
internal sealed class ClaimFigures(ClaimCounts counts, RouteTimes times, CacheRedis redis, TimeProvider clock)
{
    public const string Route = "/api/v1/sales/{id}/claims";

    private const string Prefix = "flash-sales:figures:2:";    // the number of the format
    private const string TimesKey = Prefix + "times";
    private const int RepeatEvery = 30;    // rounds: Redis may have forgotten
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);

    private readonly string _self = Guid.CreateVersion7(clock.GetUtcNow()).ToString("n");
    private readonly ConcurrentDictionary<string, long[]> _said = new(StringComparer.Ordinal);
    private int _round;

    /// <exception cref="StoreAwayException">It is said again in the next round.</exception>
    public Task Share()
    {
        var isRepeat = ++_round % RepeatEvery == 0;
        return Task.WhenAll(
            counts.Sales.Select(sale => Share(Prefix + sale, counts.Of(sale), isRepeat))
                .Prepend(Share(TimesKey, times.Count("POST", Route), isRepeat)));
    }

    /// <summary>Answers by outcome, as <see cref="ClaimCounts.Words"/>.</summary>
    public Task<long[]> Requests(long sale) => Sum(Prefix + sale, counts.Of(sale));

    /// <summary>Claims of all sales by their time, within <see cref="RouteTimes.Bounds"/>.</summary>
    public Task<long[]> Times() => Sum(TimesKey, times.Count("POST", Route));

    private async Task Share(string key, long[] now, bool isRepeat)
    {
        var said = _said.GetValueOrDefault(key);
        if (!now.Any(count => count > 0) || !isRepeat && said is not null && said.AsSpan().SequenceEqual(now))
            return;
        long[] value = [NowMs, .. now];
        await redis.Call(async db =>
        {
            var written = db.HashSetAsync(key, _self, MemoryMarshal.AsBytes(value.AsSpan()).ToArray());
            var kept = db.KeyExpireAsync(key, KeptFor);
            await written;
            return await kept;
        });
        _said[key] = now;
        if (said is null)
            await DropOld(key);
    }

    // A process adds one field, so who adds one takes out those that were not renewed for a day.
    private async Task DropOld(string key)
    {
        var old = (await redis.Call(db => db.HashGetAllAsync(key)))
            .Where(entry => entry.Name != _self && CountsIn(entry).IsEmpty).Select(entry => entry.Name).ToArray();
        if (old.Length > 0)
            await redis.Call(db => db.HashDeleteAsync(key, old));
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
            var others = CountsIn(entry);
            for (var i = 0; i < Math.Min(sum.Length, others.Length); i++)
                sum[i] += others[i];
        }
        return sum;
    }

    // Milliseconds since 1970 when it was written, then the counts; none of a day ago.
    private ReadOnlySpan<long> CountsIn(HashEntry entry)
    {
        var value = MemoryMarshal.Cast<byte, long>((byte[]?)entry.Value);
        return value.Length > 0 && NowMs - value[0] < KeptFor.TotalMilliseconds ? value[1..] : [];
    }

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();
}

/// <summary>Tells what this process counted, once a second and when it ends.</summary>
internal sealed class ShareClaimFigures(ClaimFigures figures, TimeProvider clock) : PeriodicService(TimeSpan.FromSeconds(1), clock)
{
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await figures.Share();
        }
        catch (Exception error) when (Passes(error))
        {
            NotePutOff(error.Message);
        }
    }

    protected override Task TakeTurn(CancellationToken cancel) => figures.Share();

    // Whoever watches sees older figures until the next round; Redis itself is complained about elsewhere.
    protected override void NotePutOff(string why) { }

    protected override bool Passes(Exception error) => error is StoreAwayException or RedisException or TimeoutException;
}
