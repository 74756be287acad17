using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Platform.Messaging;

/// <param name="Waiting">Messages not yet handled by all their consumers; counted to a million.</param>
/// <param name="OldestAgeSeconds">Since the oldest of them was made; 0 when there is none.</param>
internal sealed record QueueStats(long Waiting, double OldestAgeSeconds, long Retrying, long Dead);

internal sealed record DeadLetter(
    long Id, string Consumer, string Type, string Error, int Attempts, DateTimeOffset MadeAt, DateTimeOffset DiedAt);

/// <summary>The queue as its operator sees it: the outboxes of all databases.</summary>
internal sealed class QueueStore(
    [FromKeyedServices(Outbox.Schema)] NpgsqlDataSource main, IEnumerable<OutboxDatabase> others,
    IServiceProvider services)
{
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
    /// Sends dead letters to their consumers again; all, or the ones of one message. Returns how many. They are filed
    /// in the inbox under the id they had first, so a consumer that was through after all is not run twice.
    /// </summary>
    public async Task<int> Retry(long? id, CancellationToken cancel) =>
        (await Task.WhenAll(_all.Select(db => Retry(db, id, cancel)))).Sum();

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
        """
        select id, consumer, type, error, attempts, made_at, died_at
        from messaging.dead_letters
        order by died_at desc, id desc
        limit $1
        """,
        row => new DeadLetter(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt32(4),
            row.GetFieldValue<DateTimeOffset>(5), row.GetFieldValue<DateTimeOffset>(6)),
        cancel, new NpgsqlParameter { Value = limit });

    private static async Task<int> Retry(NpgsqlDataSource db, long? id, CancellationToken cancel) => (await db.Query(
        """
        with risen as (
          delete from messaging.dead_letters where $1 is null or id = $1 returning *),
        sent as (
          insert into messaging.outbox (type, body, trace, made_at, consumer, retry_of)
          select type, body, trace, made_at, consumer, id from risen returning id)
        select id, messaging.wake() from sent
        """,
        row => row.GetInt64(0), cancel,
        new NpgsqlParameter { Value = (object?)id ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint })).Count;
}
