using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Platform.Messaging;

/// <param name="Only">The one consumer it is for: a dead letter tried again.</param>
/// <param name="InboxKey">The id the message had first.</param>
/// <param name="Overdue">How long it was due when it was taken.</param>
internal sealed record Message(
    long Id, string Type, string Body, string? Trace, DateTimeOffset MadeAt, int Attempts, string? Only, long InboxKey,
    TimeSpan Overdue);

internal sealed record Failure(string Consumer, string Error);

/// <summary>What became of a message that was taken.</summary>
/// <param name="RetryAfter">Null when it is through, or dead for the consumers that failed.</param>
/// <param name="CountsAttempt">False when the message is not to blame.</param>
internal sealed record Outcome(
    Message Message, IReadOnlyList<Failure> Failures, TimeSpan? RetryAfter, bool CountsAttempt)
{
    public bool IsThrough => Failures.Count == 0 && RetryAfter is null;

    public bool IsDead => Failures.Count > 0 && RetryAfter is null;
}

internal sealed class OutboxStore([FromKeyedServices(Outbox.Schema)] NpgsqlDataSource db)
{
    /// <summary>
    /// How long a message is ours without news of us. Taking moves <c>due_at</c> ahead and commits, rather than keep
    /// the row locked in a transaction while consumers work: an open transaction keeps dead versions alive everywhere,
    /// and a sale's pool row, rewritten hundreds of times a second, would grow a chain of them. After a crash a message
    /// waits this long; when we are only slow, the inbox key stops whoever takes it too.
    /// </summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    /// <summary>Settles what is done and takes up to <paramref name="room"/> messages, in one round trip.</summary>
    /// <param name="renew">Messages we still have.</param>
    /// <param name="reach">How far back to look for messages that are due.</param>
    /// <param name="busyFor">Tells publishers that we need no waking for so long.</param>
    public async Task<List<Message>> Exchange(
        IReadOnlyList<Outcome> outcomes, IReadOnlyCollection<long> renew, string[] types, int room, TimeSpan reach,
        TimeSpan? busyFor, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection);

        // Lost with the last moments before a power cut, all this only happens again: the inbox knows.
        // Statistics of a queue are always old; any plan but the walk along due_at is wrong on some day.
        batch.Add(
            """
            select set_config('synchronous_commit', 'off', true), set_config('enable_bitmapscan', 'off', true),
              set_config('enable_seqscan', 'off', true)
            """);
        Settle(batch, outcomes);
        if (renew.Count > 0)
            batch.Add("update messaging.outbox set due_at = now() + $2 where id = any($1)", renew.ToArray(), Lease);
        if (busyFor is { } time)
            batch.Add(
                """
                insert into messaging.dispatch (busy_until) values (now() + $1)
                on conflict (single) do update set busy_until = excluded.busy_until
                """, time);
        if (room > 0)
            batch.Add(
                """
                with due as (
                  select id, due_at from messaging.outbox
                  where due_at between now() - $4 and now() and type = any($1)
                  order by due_at
                  limit $2
                  for update skip locked)
                update messaging.outbox o set due_at = now() + $3, attempts = attempts + 1
                from due where o.id = due.id
                returning o.id, o.type, o.body::text, o.trace, o.made_at, o.attempts, o.consumer,
                  coalesce(o.retry_of, o.id), now() - due.due_at
                """, types, room, Lease, reach);

        var taken = new List<Message>();
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        do
        {
            while (reader.FieldCount == 9 && await reader.ReadAsync(cancel))
            {
                taken.Add(new Message(reader.GetInt64(0), reader.GetString(1), reader.GetString(2),
                    reader.IsDBNull(3) ? null : reader.GetString(3), reader.GetFieldValue<DateTimeOffset>(4),
                    reader.GetInt32(5), reader.IsDBNull(6) ? null : reader.GetString(6), reader.GetInt64(7),
                    reader.GetTimeSpan(8)));
            }
        }
        while (await reader.NextResultAsync(cancel));
        return taken;
    }

    private static void Settle(NpgsqlBatch batch, IReadOnlyList<Outcome> outcomes)
    {
        long[] done = [.. outcomes.Where(one => one.IsThrough).Select(one => one.Message.Id)];
        if (done.Length > 0)
            batch.Add("delete from messaging.outbox where id = any($1)", done);

        // The number of attempts is what tells our taking of the row from somebody else's after us.
        var again = outcomes.Where(one => one.RetryAfter is not null).ToList();
        if (again.Count > 0)
            batch.Add(
                """
                update messaging.outbox o set due_at = now() + a.delay, attempts = o.attempts - a.free
                from unnest($1, $2, $3, $4) as a (id, attempts, delay, free)
                where o.id = a.id and o.attempts = a.attempts
                """,
                again.Select(one => one.Message.Id).ToArray(), again.Select(one => one.Message.Attempts).ToArray(),
                again.Select(one => one.RetryAfter!.Value).ToArray(),
                again.Select(one => one.CountsAttempt ? 0 : 1).ToArray());

        var dead = outcomes.Where(one => one.IsDead)
            .SelectMany(one => one.Failures.Select(failure => (one.Message, Failure: failure))).ToList();
        if (dead.Count > 0)
            batch.Add(
                """
                with died as (
                  select * from unnest($1, $2, $3, $4) as d (id, attempts, consumer, error)),
                gone as (
                  delete from messaging.outbox o using (select distinct id, attempts from died) d
                  where o.id = d.id and o.attempts = d.attempts
                  returning o.*)
                insert into messaging.dead_letters (id, consumer, type, body, trace, error, attempts, made_at)
                select coalesce(g.retry_of, g.id), d.consumer, g.type, g.body, g.trace, d.error, g.attempts, g.made_at
                from gone g join died d using (id)
                on conflict (consumer, id) do nothing
                """,
                dead.Select(one => one.Message.Id).ToArray(), dead.Select(one => one.Message.Attempts).ToArray(),
                dead.Select(one => one.Failure.Consumer).ToArray(), dead.Select(one => one.Failure.Error).ToArray());
    }

    /// <summary>
    /// Files that the consumer has the message, in the transaction of its effect. False: it had it before.
    /// </summary>
    public static async Task<bool> TryFile(
        NpgsqlTransaction transaction, string consumer, long message, CancellationToken cancel) =>
        await transaction.Execute(
            "insert into messaging.inbox (consumer, message) values ($1, $2) on conflict do nothing", cancel,
            new NpgsqlParameter<string> { TypedValue = consumer },
            new NpgsqlParameter<long> { TypedValue = message }) == 1;

    /// <summary>The same for several; those of them that it had not had.</summary>
    public static async Task<HashSet<long>> FileAll(
        NpgsqlTransaction transaction, string consumer, long[] messages, CancellationToken cancel) =>
        [
            .. await transaction.Query(
                """
                insert into messaging.inbox (consumer, message)
                select $1, m from unnest($2) as m order by m
                on conflict do nothing
                returning message
                """, row => row.GetInt64(0), cancel,
                new NpgsqlParameter<string> { TypedValue = consumer },
                new NpgsqlParameter<long[]> { TypedValue = messages }),
        ];
}

internal static class BatchExtensions
{
    extension(NpgsqlBatch batch)
    {
        public void Add(string sql, params ReadOnlySpan<object> values)
        {
            var command = new NpgsqlBatchCommand(sql);
            foreach (var value in values)
                command.Parameters.Add(new NpgsqlParameter { Value = value });
            batch.BatchCommands.Add(command);
        }
    }
}
