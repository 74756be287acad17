using System.Globalization;
using System.Security.Cryptography;
using Doorbuster.Platform;
using Doorbuster.Platform.Redis;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Doorbuster.SignIn;

/// <summary>
/// A person's month as a bitmap in the forgetful Redis: bit n is day n, bit 0 says that the month is there. It is filled from
/// the database under a lease that every new day takes away, so that nobody files what he read before that day was written.
/// </summary>
internal sealed class Calendar(CacheRedis redis, DayStore days, ILogger<Calendar> log)
{
    private const int Bytes = 4;
    private const int KeptSeconds = 7 * 24 * 60 * 60;

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);    // longer than any read of the table may take

    private static readonly RedisScript SetDay = new(
        """
        redis.call('DEL', KEYS[2])
        if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('SETBIT', KEYS[1], ARGV[1], 1) end
        return 1
        """);

    private static readonly RedisScript File = new(
        """
        if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
        redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
        redis.call('DEL', KEYS[2])
        return 1
        """);

    /// <summary>The days of the month, ascending.</summary>
    public async Task<IReadOnlyList<int>> Read(long person, DateOnly month, CancellationToken cancel)
    {
        var key = Key(person, month);
        byte[]? lease = null;
        try
        {
            if ((byte[]?)await redis.Call(db => db.StringGetAsync(key)) is { } filed)
                return DaysOf(filed);
            var mine = RandomNumberGenerator.GetBytes(8);
            if (await redis.Call(db => db.StringSetAsync(LeaseOf(key), mine, Lease, When.NotExists)))
                lease = mine;
        }
        catch (StoreAwayException away)
        {
            log.CalendarAway(away.Message);
        }

        var signed = await days.List(person, First(month), First(month).AddMonths(1).AddDays(-1), cancel);
        var bits = BitsOf(signed.Select(day => day.Day.Day));
        if (lease is not null)
        {
            try
            {
                await redis.Evaluate(File, [key, LeaseOf(key)], [lease, bits, KeptSeconds]);
            }
            catch (StoreAwayException away)
            {
                log.CalendarAway(away.Message);
            }
        }
        return DaysOf(bits);
    }

    /// <summary>To be called after the day is committed.</summary>
    /// <exception cref="StoreAwayException">The cache is away: tell it again.</exception>
    public Task Mark(long person, DateOnly day)
    {
        var key = Key(person, day);
        return redis.Evaluate(SetDay, [key, LeaseOf(key)], [day.Day]);
    }

    /// <exception cref="StoreAwayException">The cache is away: tell it again.</exception>
    public Task Remove(long person, IEnumerable<DateOnly> months)
    {
        RedisKey[] keys = [.. months.Select(month => (RedisKey)Key(person, month)).Distinct()];
        return keys.Length == 0 ? Task.CompletedTask : redis.Call(db => db.KeyDeleteAsync(keys));
    }

    internal static string Key(long person, DateOnly month) =>
        string.Create(CultureInfo.InvariantCulture, $"signin:{{{person}:{month:yyyyMM}}}");

    private static string LeaseOf(string key) => key + ":lease";

    private static DateOnly First(DateOnly day) => new(day.Year, day.Month, 1);

    private static byte[] BitsOf(IEnumerable<int> days)
    {
        var bits = new byte[Bytes];
        foreach (var day in days.Append(0))
            bits[day / 8] |= (byte)(0x80 >> (day % 8));    // as SETBIT counts
        return bits;
    }

    private static int[] DaysOf(byte[] bits) =>
        [.. Enumerable.Range(1, 31).Where(day => day / 8 < bits.Length && (bits[day / 8] & (0x80 >> (day % 8))) != 0)];
}
