using Doorbuster.Platform;
using Doorbuster.Platform.Redis;

namespace Doorbuster.UserCenter;

/// <summary>What a person looked at last, newest first, each once: a short list in the forgetful Redis. It may be lost; no row
/// is worth writing for it.</summary>
internal sealed class RecentViews(CacheRedis redis)
{
    public const int Max = 50;

    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    // Taking it out, putting it first and cutting the tail are one step: two tabs would otherwise list it twice.
    private static readonly RedisScript Put = new(
        """
        redis.call('LREM', KEYS[1], 0, ARGV[1])
        redis.call('LPUSH', KEYS[1], ARGV[1])
        redis.call('LTRIM', KEYS[1], 0, ARGV[2] - 1)
        redis.call('EXPIRE', KEYS[1], ARGV[3])
        return 1
        """);

    /// <exception cref="StoreAwayException">Redis is away.</exception>
    public Task Note(long person, string sku) =>
        redis.Evaluate(Put, [Key(person)], [sku, Max, (long)Kept.TotalSeconds]);

    /// <exception cref="StoreAwayException">Redis is away.</exception>
    public async Task<IReadOnlyList<string>> List(long person) =>
        [.. (await redis.Call(db => db.ListRangeAsync(Key(person)))).Select(sku => (string)sku!)];

    /// <exception cref="StoreAwayException">Redis is away.</exception>
    public Task Clear(long person) => redis.Call(db => db.KeyDeleteAsync(Key(person)));

    private static string Key(long person) => $"views:{person}";
}
