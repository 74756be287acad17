using System.Buffers.Binary;
using System.Globalization;
using Doorbuster.Platform.Redis;
using StackExchange.Redis;

namespace Doorbuster.Claims;

internal sealed class RedisGate(GateRedis redis) : IGate
{
    private const int BuildPortion = 512;    // people a call: keeps single commands of a rebuild under a millisecond

    public async Task<GateAnswer?> Take(
        long pool, int epoch, IReadOnlyList<PendingClaim> batch, IReadOnlyList<string> settled)
    {
        var asked = new byte[batch.Count * GateRecords.FiledSize];
        for (var i = 0; i < batch.Count; i++)
            GateRecords.WriteFiled(
                asked.AsSpan(i * GateRecords.FiledSize), batch[i].Person, batch[i].Key, batch[i].Id, batch[i].Quantity);

        var result = await redis.Evaluate(GateScripts.Take, Keys(pool, epoch), Values(asked, settled));
        if (result.IsNull)
            return null;

        var parts = (RedisValue[])result!;
        return new GateAnswer(
            Units(parts[0]), (long)parts[1], parts[2].IsNullOrEmpty ? null : (string)parts[2]!,
            Verdicts((byte[])parts[3]!, batch.Count));
    }

    public async Task<bool> Return(
        long pool, int epoch, IReadOnlyList<GateReturn> returns, IReadOnlyList<string> settled)
    {
        var asked = new byte[returns.Count * GateRecords.ReturnSize];
        for (var i = 0; i < returns.Count; i++)
            GateRecords.WriteReturn(asked.AsSpan(i * GateRecords.ReturnSize), returns[i]);
        return !(await redis.Evaluate(GateScripts.Return, Keys(pool, epoch), Values(asked, settled))).IsNull;
    }

    public async Task<GateReading?> Read(long pool, int epoch)
    {
        var result = await redis.Evaluate(GateScripts.Read, Keys(pool, epoch), []);
        if (result.IsNull)
            return null;

        var parts = (RedisResult[])result!;
        var log = new List<LoggedBatch>();
        foreach (var entry in (RedisResult[])parts[2]!)
        {
            var pair = (RedisResult[])entry!;
            var id = (string)pair[0]!;
            var at = long.Parse(id.AsSpan(0, id.IndexOf('-', StringComparison.Ordinal)), CultureInfo.InvariantCulture);
            var blob = (byte[])((RedisResult[])pair[1]!)[1]!;
            log.Add(new(id, DateTimeOffset.FromUnixTimeMilliseconds(at), GateRecords.ReadFiled(blob)));
        }
        return new GateReading(Units((RedisValue)parts[0]), (long)parts[1], log);
    }

    public async Task Build(long pool, int epoch, long? left, int? limitPerPerson, IReadOnlyList<GateRecord> records)
    {
        var keys = Keys(pool, epoch);
        await redis.Call(db => db.KeyDeleteAsync(keys));

        foreach (var portion in records.GroupBy(r => r.Person).Chunk(BuildPortion))
        {
            var fields = Array.ConvertAll(portion, person => new HashEntry(PersonField(person.Key), RecordsOf(person)));
            await redis.Call(async db =>
            {
                await db.HashSetAsync(keys[1], fields);
                return true;
            });
        }

        // The state comes last: without it the gate does not exist, so nobody meets a half-built one.
        List<HashEntry> state = [new("version", 1)];
        if (left is { } units)
            state.Add(new("left", units));
        if (limitPerPerson is { } limit)
            state.Add(new("limit", limit));
        await redis.Call(async db =>
        {
            await db.HashSetAsync(keys[0], [.. state]);
            return true;
        });
    }

    public async Task Drop(long pool, int epoch) => await redis.Call(db => db.KeyDeleteAsync(Keys(pool, epoch)));

    public async IAsyncEnumerable<IReadOnlyList<long>> People(long pool, int epoch)
    {
        RedisValue cursor = 0;
        do
        {
            var from = cursor;
            var page = (RedisResult[])(await redis.Call(db =>
                db.ExecuteAsync("HSCAN", Keys(pool, epoch)[1], from, "COUNT", 1_000)))!;
            cursor = (RedisValue)page[0];
            var fields = (RedisValue[])page[1]!;
            var people = new List<long>(fields.Length / 2);
            for (var i = 0; i < fields.Length; i += 2)
                people.Add(BinaryPrimitives.ReadInt64BigEndian((byte[])fields[i]!));
            yield return people;
        }
        while (cursor != 0);
    }

    /// <summary>The pool and epoch in a state key, as the gate's announcements name them.</summary>
    public static bool TryParseStateKey(ReadOnlySpan<char> key, out long pool, out int epoch)
    {
        (pool, epoch) = (0, 0);
        if (!key.StartsWith("g:{") || !key.EndsWith(":state"))
            return false;
        var inner = key[3..^6];
        var end = inner.IndexOf("}:");
        return end > 0 && long.TryParse(inner[..end], NumberStyles.None, CultureInfo.InvariantCulture, out pool)
            && int.TryParse(inner[(end + 2)..], NumberStyles.None, CultureInfo.InvariantCulture, out epoch);
    }

    // The {braces} keep a pool's keys on one cluster slot.
    private static RedisKey[] Keys(long pool, int epoch)
    {
        var gate = string.Create(CultureInfo.InvariantCulture, $"g:{{{pool}}}:{epoch}");
        return [$"{gate}:state", $"{gate}:people", $"{gate}:log"];
    }

    private static RedisValue[] Values(byte[] asked, IReadOnlyList<string> settled)
    {
        var values = new RedisValue[1 + settled.Count];
        values[0] = asked;
        for (var i = 0; i < settled.Count; i++)
            values[i + 1] = settled[i];
        return values;
    }

    private static long? Units(RedisValue text) => text.IsNullOrEmpty ? null : (long)text;

    private static GateItem[] Verdicts(ReadOnlySpan<byte> answers, int count)
    {
        var items = new GateItem[count];
        for (var i = 0; i < count; i++)
        {
            var verdict = answers[0] switch
            {
                (byte)'t' => GateVerdict.Taken,
                (byte)'s' => GateVerdict.SoldOut,
                (byte)'l' => GateVerdict.Limit,
                (byte)'k' => GateVerdict.Known,
                (byte)'x' => GateVerdict.KnownReleased,
                (byte)'d' => GateVerdict.KeyReused,
                var other => throw new InvalidDataException($"The gate answered '{(char)other}'."),
            };
            var withId = verdict is GateVerdict.Known or GateVerdict.KnownReleased or GateVerdict.KeyReused;
            items[i] = new(verdict, withId ? BinaryPrimitives.ReadInt64BigEndian(answers[1..]) : 0);
            answers = answers[(withId ? 9 : 1)..];
        }
        return items;
    }

    private static byte[] PersonField(long person)
    {
        var field = new byte[GateRecords.PersonSize];
        BinaryPrimitives.WriteInt64BigEndian(field, person);
        return field;
    }

    private static byte[] RecordsOf(IEnumerable<GateRecord> person)
    {
        var records = person.ToArray();
        var value = new byte[records.Length * GateRecords.RecordSize];
        for (var i = 0; i < records.Length; i++)
            GateRecords.WriteRecord(
                value.AsSpan(i * GateRecords.RecordSize), records[i].Key, records[i].Id, records[i].Quantity);
        return value;
    }
}
