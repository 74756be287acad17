using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Platform.Messaging;

/// <param name="Waiting">Messages not yet handled by all their consumers; counted to a million.</param>
/// <param name="OldestAgeSeconds">Since the oldest of them was made; 0 when there is none.</param>
internal sealed record QueueStats(long Waiting, double OldestAgeSeconds, long Retrying, long Dead);

internal sealed record DeadLetter(
    long Id, string Consumer, string Type, string Error, int Attempts, DateTimeOffset MadeAt, DateTimeOffset DiedAt)
{
    /// <summary>JSON; null in lists.</summary>
    [JsonIgnore]
    public string? Body { get; init; }
}

/// <summary>The last letter of a page.</summary>
internal sealed record DeadLetterCursor(DateTimeOffset DiedAt, long Id, string Consumer)
{
    public static DeadLetterCursor Of(DeadLetter letter) => new(letter.DiedAt, letter.Id, letter.Consumer);

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"dl_{DiedAt.UtcTicks:x}_{Id:x}_{Consumer}");

    public static DeadLetterCursor? Parse(string text) =>
        text.Split('_', 4) is ["dl", var ticks, var id, { Length: > 0 } consumer]
        && long.TryParse(ticks, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var at)
        && at >= 0 && at <= DateTime.MaxValue.Ticks
        && long.TryParse(id, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
        && !consumer.Contains('\0', StringComparison.Ordinal)
            ? new(new DateTimeOffset(at, TimeSpan.Zero), number, consumer)
            : null;
}

/// <summary>The queue as its operator sees it: the outboxes of all databases.</summary>
internal sealed class QueueStore(
    [FromKeyedServices(Outbox.Schema)] NpgsqlDataSource main, IEnumerable<OutboxDatabase> others,
    IServiceProvider services)
{
    private const int RetryPortion = 500;
    private const string Columns = "id, consumer, type, error, attempts, made_at, died_at";

    private readonly NpgsqlDataSource[] _all =
        [main, .. others.Select(other => services.GetRequiredKeyedService<NpgsqlDataSource>(other.Pool))];

    public async Task<QueueStats> Stats(CancellationToken cancel)
    {
        var all = await Task.WhenAll(_all.Select(db => Stats(db, cancel)));
        return new QueueStats(
            all.Sum(one => one.Waiting), all.Max(one => one.OldestAgeSeconds), all.Sum(one => one.Retrying),
            all.Sum(one => one.Dead));
    }

    public async Task<List<DeadLetter>> DeadLetters(int limit, CancellationToken cancel)
    {
        var all = await Task.WhenAll(_all.Select(db => DeadLetters(db, limit, cancel)));
        return [.. all.SelectMany(some => some).OrderByDescending(letter => letter.DiedAt).Take(limit)];
    }

    /// <summary>
    /// Sends the dead letters of one message to their consumers again. Returns how many. They are filed in the inbox under
    /// the id they had first, so a consumer that was through after all is not run twice.
    /// </summary>
    public async Task<int> Retry(long id, CancellationToken cancel) =>
        (await Task.WhenAll(_all.Select(db => Retry(db, consumer: null, id, cancel)))).Sum();

    /// <summary>The same for all that are there now.</summary>
    public async Task<int> RetryAll(CancellationToken cancel) =>
        (await Task.WhenAll(_all.Select(db => RetryAll(db, cancel)))).Sum();

    /// <summary>The same for one of them; false when there is no such letter.</summary>
    public async Task<bool> RetryOne(string consumer, long id, CancellationToken cancel) =>
        (await Task.WhenAll(_all.Select(db => Retry(db, consumer, id, cancel)))).Sum() > 0;

    public async Task<DeadLetter?> FindDeadLetter(string consumer, long id, CancellationToken cancel) =>
        (await Task.WhenAll(_all.Select(db => db.QueryFirst(
            $"select {Columns}, body::text from messaging.dead_letters where id = $1 and consumer = $2", ReadWhole, cancel, Number(id), Text(consumer))))).FirstOrDefault(letter => letter is not null);

    /// <summary>Gives the message up for good; false when there is no such letter.</summary>
    public async Task<bool> Drop(string consumer, long id, CancellationToken cancel) =>
        (await Task.WhenAll(_all.Select(db => Drop(db, consumer, id, cancel)))).Any(dropped => dropped);

    /// <summary>The last that died first, below the cursor.</summary>
    /// <param name="type">Null: of every type.</param>
    public async Task<List<DeadLetter>> DeadLetters(
        string? consumer, string? type, DeadLetterCursor? after, int limit, CancellationToken cancel)
    {
        var all = await Task.WhenAll(_all.Select(db => db.Query(
            $"""
            select {Columns} from messaging.dead_letters
            where ($1 is null or consumer = $1) and ($2 is null or type = $2)
              and ($3::timestamptz is null or (died_at, id, consumer) < ($3, $4, $5))
            order by died_at desc, id desc, consumer desc
            limit $6
            """,
            Read, cancel, Text(consumer), Text(type),
            new() { Value = (object?)after?.DiedAt.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz },
            Number(after?.Id), Text(after?.Consumer), new() { Value = limit })));
        return
        [
            .. all.SelectMany(some => some).OrderByDescending(letter => letter.DiedAt).ThenByDescending(letter => letter.Id)
                .ThenByDescending(letter => letter.Consumer, StringComparer.Ordinal).Take(limit),
        ];
    }

    private static async Task<QueueStats> Stats(NpgsqlDataSource db, CancellationToken cancel) => (await db.QueryFirst(
        """
        select (select count(*) from (select from messaging.outbox limit 1000000) o),
               coalesce(extract(epoch from now() - (
                 select made_at from messaging.outbox order by id limit 1)), 0)::float8,
               (select count(*) from (select from messaging.outbox where attempts > 1 limit 1000000) o),
               (select count(*) from messaging.dead_letters)
        """,
        row => new QueueStats(row.GetInt64(0), Math.Max(0, row.GetDouble(1)), row.GetInt64(2), row.GetInt64(3)),
        cancel))!;

    private static Task<List<DeadLetter>> DeadLetters(
        NpgsqlDataSource db, int limit, CancellationToken cancel) => db.Query(
        $"select {Columns} from messaging.dead_letters order by died_at desc, id desc, consumer desc limit $1", Read, cancel,
        new NpgsqlParameter { Value = limit });

    private async Task<int> Retry(NpgsqlDataSource db, string? consumer, long id, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var risen = await Raise(
            transaction, "select * from messaging.dead_letters where id = $1 and ($2 is null or consumer = $2)", cancel,
            Number(id), Text(consumer));
        foreach (var letter in risen)
            await Note(db, transaction, "retry", letter.Consumer, letter.Id, new() { ["type"] = letter.Type }, cancel);
        await transaction.CommitAsync(cancel);
        return risen.Count;
    }

    // In portions, so that neither the transaction nor what it files grows with their number. One that dies again meanwhile is
    // not taken twice.
    private async Task<int> RetryAll(NpgsqlDataSource db, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        var (began, count) = (default(DateTimeOffset?), 0);
        while (true)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            began ??= (await transaction.Query("select now()", row => row.GetFieldValue<DateTimeOffset>(0), cancel))[0];
            var risen = await Raise(
                transaction,
                """
                select * from messaging.dead_letters where died_at <= $1
                order by died_at, id, consumer limit $2 for update skip locked
                """, cancel, new() { Value = began.Value }, new() { Value = RetryPortion });
            if (risen.Count == 0)
                return count;
            var types = new JsonObject(risen.CountBy(letter => letter.Type).OrderBy(type => type.Key, StringComparer.Ordinal)
                .Select(type => KeyValuePair.Create(type.Key, (JsonNode?)type.Value)));
            await Note(
                db, transaction, new("dead_letter.retry", "all", null, new() { ["letters"] = risen.Count, ["types"] = types }),
                cancel);
            await transaction.CommitAsync(cancel);
            count += risen.Count;
        }
    }

    private static Task<List<(long Id, string Type, string Consumer)>> Raise(
        NpgsqlTransaction transaction, string which, CancellationToken cancel, params NpgsqlParameter[] parameters) =>
        transaction.Query(
            $"""
            with chosen as ({which}), risen as (
              delete from messaging.dead_letters d using chosen c where (d.consumer, d.id) = (c.consumer, c.id) returning d.*),
            sent as (
              insert into messaging.outbox (type, body, trace, made_at, consumer, retry_of)
              select type, body, trace, made_at, consumer, id from risen order by id returning retry_of, type, consumer)
            select retry_of, type, consumer, messaging.wake() from sent
            """,
            row => (Id: row.GetInt64(0), Type: row.GetString(1), Consumer: row.GetString(2)), cancel, parameters);

    private async Task<bool> Drop(NpgsqlDataSource db, string consumer, long id, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var dropped = await transaction.Query(
            $"delete from messaging.dead_letters where id = $1 and consumer = $2 returning {Columns}", Read, cancel,
            Number(id), Text(consumer));
        foreach (var letter in dropped)
            await Note(db, transaction, "drop", consumer, id, Facts(letter), cancel);
        await transaction.CommitAsync(cancel);
        return dropped.Count > 0;
    }

    private Task Note(
        NpgsqlDataSource db, NpgsqlTransaction transaction, string verb, string consumer, long id, JsonObject before,
        CancellationToken cancel) =>
        Note(db, transaction, new AuditNote($"dead_letter.{verb}", $"{consumer}/{id}", before), cancel);

    private Task Note(NpgsqlDataSource db, NpgsqlTransaction transaction, AuditNote note, CancellationToken cancel) =>
        db == main ? transaction.Audit(note, cancel) : transaction.AuditByMessage(note, cancel);

    /// <summary>What the audit log says of one that is given up. Not the message: the log is for ever, and people may be named in it.</summary>
    private static JsonObject Facts(DeadLetter letter) => new()
    {
        ["type"] = letter.Type,
        ["madeAt"] = letter.MadeAt,
        ["diedAt"] = letter.DiedAt,
        ["attempts"] = letter.Attempts,
        ["error"] = letter.Error.Split('\n', 2)[0],
    };

    private static DeadLetter Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt32(4),
        row.GetFieldValue<DateTimeOffset>(5), row.GetFieldValue<DateTimeOffset>(6));

    private static DeadLetter ReadWhole(NpgsqlDataReader row) => Read(row) with { Body = row.GetString(7) };

    private static NpgsqlParameter Number(long? number) =>
        new() { Value = (object?)number ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint };

    private static NpgsqlParameter Text(string? text) =>
        new() { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };
}
