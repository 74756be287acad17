using System.Buffers.Binary;
using System.Security.Cryptography;
using Doorbuster.Platform;
using Doorbuster.Platform.Redis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Doorbuster.UserCenter;

/// <summary>
/// The parts of each person's overview in the forgetful Redis: one hash a person, so that a look costs one round trip. Beside
/// each part stands its mark, a random number. Who reads a part to fill it in takes the mark along and files under it; who
/// hears that the part changed puts another in its place. So what was read before a change is never filed after it, and
/// the old value stays as the fallback for when the part cannot be loaded.
/// </summary>
internal sealed class OverviewCache(
    CacheRedis redis, PartGraph graph, IOptions<UserCenterOptions> options, TimeProvider clock, ILogger<OverviewCache> log)
{
    private const int KeptSeconds = 24 * 60 * 60;
    private const int PeopleAtOnceMax = 500;
    private const int MarkBytes = 8;
    private const int HeadBytes = 8 + MarkBytes;    // fresh until (Unix ms) · the mark it was filed under

    // ARGV: a new mark · how long all is kept · the parts
    private static readonly RedisScript ReadAll = new(
        """
        local fields, answer, marks = {}, {}, {}
        for i = 3, #ARGV do
          fields[#fields + 1] = 'v:' .. ARGV[i]
          fields[#fields + 1] = 'm:' .. ARGV[i]
        end
        local found = redis.call('HMGET', KEYS[1], unpack(fields))
        for i = 1, #fields, 2 do
          local mark = found[i + 1]
          if not mark then
            mark = ARGV[1]
            marks[#marks + 1] = fields[i + 1]
            marks[#marks + 1] = mark
          end
          answer[i] = found[i] or ''
          answer[i + 1] = mark
        end
        if #marks > 0 then
          redis.call('HSET', KEYS[1], unpack(marks))
          redis.call('EXPIRE', KEYS[1], ARGV[2])
        end
        return answer
        """);

    // ARGV: how long all is kept · name, mark and value of each part
    private static readonly RedisScript FileAll = new(
        """
        local filed = 0
        for i = 2, #ARGV, 3 do
          if redis.call('HGET', KEYS[1], 'm:' .. ARGV[i]) == ARGV[i + 1] then
            redis.call('HSET', KEYS[1], 'v:' .. ARGV[i], ARGV[i + 2])
            filed = filed + 1
          end
        end
        if filed > 0 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
        return filed
        """);

    // ARGV: a new mark · the parts. Who never looked has nothing to forget.
    private static readonly RedisScript MarkOld = new(
        """
        for i = 1, #KEYS do
          if redis.call('EXISTS', KEYS[i]) == 1 then
            for j = 2, #ARGV do redis.call('HSET', KEYS[i], 'm:' .. ARGV[j], ARGV[1]) end
          end
        end
        return 1
        """);

    /// <summary>What is known of the person's parts; of nothing when the cache is away.</summary>
    public async Task<CachedParts> Read(long person)
    {
        string[] names = [.. graph.Names];
        if (redis.IsAway || names.Length == 0)
            return CachedParts.None;
        try
        {
            RedisValue[] arguments = [NewMark(), KeptSeconds, .. names.Select(name => (RedisValue)name)];
            var found = (RedisResult[])await redis.Evaluate(ReadAll, [Key(person)], arguments);
            var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            var parts = new Dictionary<string, CachedPart>(names.Length);
            for (var i = 0; i < names.Length; i++)
                parts[names[i]] = Parse((byte[])found[2 * i], (byte[])found[2 * i + 1], now);
            return new(parts);
        }
        catch (StoreAwayException away)
        {
            log.CacheAway(away.Message);
            return CachedParts.None;
        }
    }

    /// <summary>Keeps what was loaded since <see cref="Read"/>, but nothing that has changed meanwhile.</summary>
    public async Task File(long person, CachedParts read, IEnumerable<PartResult> loaded)
    {
        // Lives end at different moments: not all of a crowd that came together comes back together.
        var life = options.Value.PartLife * (0.9 + Random.Shared.NextDouble() * 0.2);
        var until = (clock.GetUtcNow() + life).ToUnixTimeMilliseconds();
        var arguments = new List<RedisValue> { KeptSeconds };
        foreach (var part in loaded)
            if (read.Find(part.Name).Mark is { } mark)
                arguments.AddRange([part.Name, mark, Format(until, mark, part.Value.Span)]);
        if (arguments.Count == 1)
            return;
        try
        {
            await redis.Evaluate(FileAll, [Key(person)], [.. arguments]);
        }
        catch (StoreAwayException away)
        {
            log.CacheAway(away.Message);
        }
    }

    /// <summary>The part changed, so it and what rests on it is old. To be called after the change is committed.</summary>
    /// <exception cref="StoreAwayException">The cache is away: tell it again.</exception>
    public async Task MarkChanged(IReadOnlyCollection<long> people, string part)
    {
        if (graph.WithDependents(part) is not { Count: > 0 } parts)
            return;
        foreach (var some in people.Distinct().Chunk(PeopleAtOnceMax))
            await redis.Evaluate(
                MarkOld,
                [.. some.Select(person => (RedisKey)Key(person))],
                [NewMark(), .. parts.Select(name => (RedisValue)name)]);
    }

    /// <exception cref="StoreAwayException">The cache is away: tell it again.</exception>
    public Task Remove(long person) => redis.Call(db => db.KeyDeleteAsync(Key(person)));

    private static string Key(long person) => $"overview:{person}";

    private static byte[] NewMark() => RandomNumberGenerator.GetBytes(MarkBytes);

    private static byte[] Format(long freshUntil, byte[] mark, ReadOnlySpan<byte> value)
    {
        var filed = new byte[HeadBytes + value.Length];
        BinaryPrimitives.WriteInt64BigEndian(filed, freshUntil);
        mark.CopyTo(filed, 8);
        value.CopyTo(filed.AsSpan(HeadBytes));
        return filed;
    }

    private static CachedPart Parse(byte[] filed, byte[] mark, long now)
    {
        if (filed.Length <= HeadBytes)
            return new(mark, default, IsFresh: false);
        var isFresh = filed.AsSpan(8, MarkBytes).SequenceEqual(mark) && now < BinaryPrimitives.ReadInt64BigEndian(filed);
        return new(mark, filed.AsMemory(HeadBytes), isFresh);
    }
}

/// <param name="Mark">Under which what is loaded now may be filed; null when the cache is away.</param>
/// <param name="Value">Empty when there is none.</param>
internal readonly record struct CachedPart(byte[]? Mark, ReadOnlyMemory<byte> Value, bool IsFresh);

internal sealed class CachedParts(IReadOnlyDictionary<string, CachedPart> parts)
{
    public static readonly CachedParts None = new(new Dictionary<string, CachedPart>());

    public CachedPart Find(string part) => parts.GetValueOrDefault(part);
}
