using System.Security.Cryptography;
using System.Text;
using Doorbuster.Platform;
using Doorbuster.Platform.Redis;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Doorbuster.Orders;

/// <summary>
/// The first page of each person's orders, as the bytes of its answer, in the cache. A page is filed only under a lease
/// that the reader took before it read the table. Whoever changes an order puts a mark in the place of page and lease
/// before he commits; while it is there the table is asked. So no reader can file what he read before the commit.
/// Nobody removes a mark, because it may be another's by then: it runs out.
/// </summary>
internal sealed class OrderPages(CacheRedis redis, ILogger<OrderPages> log)
{
    private const int LifeSeconds = 300;
    private const int LeaseMs = 5_000;    // longer than any read of the table may take
    private const int BypassSeconds = 60;    // longer than any transaction that changes orders may take
    private const string BypassMark = "B";
    private const byte PageMark = (byte)'P';

    private static readonly RedisScript Remove = new(
        """
        if redis.call('GET', KEYS[1]) ~= ARGV[1] then redis.call('DEL', KEYS[1]) end
        return 1
        """);

    private static readonly RedisScript File = new(
        """
        if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
        redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
        return 1
        """);

    /// <summary>The page from the cache, or as <paramref name="load"/> reads it from the table.</summary>
    public async Task<CachedPage> Get(long person, Func<Task<byte[]>> load)
    {
        var key = Key(person);
        string? lease = null;
        try
        {
            var found = (byte[]?)await redis.Call(db => db.StringGetAsync(key));
            if (found is { Length: > CachedPage.TagLength } && found[0] == PageMark)
                return CachedPage.Parse(found);
            if (found is null)
            {
                var mine = "L" + Convert.ToHexString(RandomNumberGenerator.GetBytes(8));
                var life = TimeSpan.FromMilliseconds(LeaseMs);
                if (await redis.Call(db => db.StringSetAsync(key, mine, life, When.NotExists)))
                    lease = mine;
            }
        }
        catch (StoreAwayException away)
        {
            log.CacheAway(away.Message);    // The table answers; it only takes longer.
        }

        var page = CachedPage.Of(await load());
        if (lease is not null)
            await Keep(key, lease, page);
        return page;
    }

    /// <summary>To be called before the commit of a change; false when the cache is away.</summary>
    public async Task<bool> TryBypass(IReadOnlyCollection<long> people)
    {
        try
        {
            var life = TimeSpan.FromSeconds(BypassSeconds);
            await redis.Call(db =>
                Task.WhenAll(people.Select(person => db.StringSetAsync(Key(person), BypassMark, life))));
            return true;
        }
        catch (StoreAwayException away)
        {
            log.CacheAway(away.Message);
            return false;
        }
    }

    /// <summary>Removes what was filed before a change that could not leave its mark.</summary>
    public async Task Forget(IReadOnlyCollection<long> people)
    {
        foreach (var person in people)
            await redis.Evaluate(Remove, [Key(person)], [BypassMark]);
    }

    private async Task Keep(string key, string lease, CachedPage page)
    {
        try
        {
            await redis.Evaluate(File, [key], [lease, page.ToBytes(), LifeSeconds]);
        }
        catch (StoreAwayException away)
        {
            log.CacheAway(away.Message);
        }
    }

    private static string Key(long person) => $"orders:page:{person}";
}

/// <summary>An answer's body and its strong ETag.</summary>
internal sealed record CachedPage(string Tag, ReadOnlyMemory<byte> Body)
{
    public const int TagLength = 1 + 24;    // the mark and a tag

    public static CachedPage Of(byte[] body) =>
        new($"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 11))}\"", body);

    public static CachedPage Parse(byte[] filed) =>
        new(Encoding.ASCII.GetString(filed, 1, TagLength - 1), filed.AsMemory(TagLength));

    public byte[] ToBytes()
    {
        var bytes = new byte[TagLength + Body.Length];
        bytes[0] = (byte)'P';
        Encoding.ASCII.GetBytes(Tag, bytes.AsSpan(1));
        Body.CopyTo(bytes.AsMemory(TagLength));
        return bytes;
    }
}
