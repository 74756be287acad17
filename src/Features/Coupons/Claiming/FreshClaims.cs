using Doorbuster.Platform;
using Doorbuster.Platform.Redis;
using Microsoft.Extensions.Logging;

namespace Doorbuster.Coupons;

/// <summary>
/// A person's claims of the last hour that may not be written yet, in the cache: so that the own list shows a coupon at
/// once, however far the queue is behind. Without the cache the list shows it when it is written.
/// </summary>
internal sealed class FreshClaims(CacheRedis redis, ILogger<FreshClaims> log)
{
    private const int ClaimsMax = 100;
    private const int LifeSeconds = 3_600;

    private static readonly RedisScript Push = new(
        """
        redis.call('RPUSH', KEYS[1], ARGV[1])
        redis.call('LTRIM', KEYS[1], -tonumber(ARGV[2]), -1)
        return redis.call('EXPIRE', KEYS[1], ARGV[3])
        """);

    private static readonly RedisScript Take = new(
        """
        for i = 1, #ARGV do redis.call('LREM', KEYS[1], 0, ARGV[i]) end
        return 1
        """);

    public async Task Add(long person, long claim)
    {
        try
        {
            await redis.Evaluate(Push, [Key(person)], [claim, ClaimsMax, LifeSeconds]);
        }
        catch (StoreAwayException away)
        {
            log.FreshClaimsAway(away.Message);
        }
    }

    public async Task<long[]> Read(long person)
    {
        try
        {
            var ids = await redis.Call(db => db.ListRangeAsync(Key(person)));
            return [.. ids.Select(id => (long)id).Distinct()];
        }
        catch (StoreAwayException away)
        {
            log.FreshClaimsAway(away.Message);
            return [];
        }
    }

    /// <summary>These are written.</summary>
    public async Task Remove(long person, long[] claims)
    {
        try
        {
            await redis.Evaluate(Take, [Key(person)], [.. claims.Select(id => (StackExchange.Redis.RedisValue)id)]);
        }
        catch (StoreAwayException away)
        {
            log.FreshClaimsAway(away.Message);
        }
    }

    private static string Key(long person) => $"coupons:fresh:{person}";
}
