using Doorbuster.Platform;
using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Webhooks;

internal enum DeliveryState : short { Waiting = 0, Delivered = 1, GivenUp = 2 }

/// <summary>What happened, as it is told.</summary>
internal sealed record WebhookMessage(long Id, string Type, string Body, DateTimeOffset MadeAt)
{
    public const string PublicPrefix = "msg";
}

/// <param name="Attempts">This one included.</param>
internal sealed record DueDelivery(long Id, long Message, string Body, int Attempts);

internal sealed record Delivery(
    long Id, long Endpoint, long Message, string Type, DeliveryState State, int Attempts, DateTimeOffset? DueAt,
    DateTimeOffset MadeAt, DateTimeOffset? EndedAt)
{
    public const string PublicPrefix = "whd";
}

/// <param name="Status">Null when there was no answer.</param>
/// <param name="Answer">How its body begins, or why there was none.</param>
internal sealed record Attempt(DateTimeOffset At, int TookMs, int? Status, string Answer)
{
    public bool IsTaken => Status is >= 200 and < 300;
}

internal sealed class DeliveryStore([FromKeyedServices(WebhooksFeature.SchemaName)] NpgsqlDataSource db)
{
    private const string Columns =
        "d.id, d.endpoint, d.message, m.type, d.state, d.attempts, d.due_at, d.made_at, d.ended_at";

    /// <summary>Files messages, and that these endpoints are to be told; in the transaction of what caused them.</summary>
    public static Task File(
        NpgsqlTransaction transaction, IReadOnlyList<WebhookMessage> messages,
        IReadOnlyList<(long Endpoint, long Message)> deliveries, CancellationToken cancel) => transaction.Execute(
        """
        with filed as (
          insert into webhooks.messages (id, type, body, made_at) select * from unnest($1, $2, $3, $4))
        insert into webhooks.deliveries (endpoint, message, due_at, made_at)
        select e.id, w.message, now(), now()
        from unnest($5, $6) with ordinality as w (endpoint, message, place) join webhooks.endpoints e on e.id = w.endpoint
        order by w.place
        """,
        cancel, new() { Value = messages.Select(one => one.Id).ToArray() },
        new() { Value = messages.Select(one => one.Type).ToArray() },
        new() { Value = messages.Select(one => one.Body).ToArray() },
        new() { Value = messages.Select(one => one.MadeAt.UtcDateTime).ToArray() },
        new() { Value = deliveries.Select(one => one.Endpoint).ToArray() },
        new() { Value = deliveries.Select(one => one.Message).ToArray() });

    /// <summary>Enabled endpoints with something to tell, but these.</summary>
    public Task<List<long>> EndpointsDue(DateTimeOffset now, long[] but, int max, CancellationToken cancel) => db.Query(
        """
        select e.id from webhooks.endpoints e
        where e.enabled and e.id <> all($2)
          and exists (select from webhooks.deliveries d where d.endpoint = e.id and d.due_at <= $1)
        limit $3
        """,
        row => row.GetInt64(0), cancel, new() { Value = now.UtcDateTime }, new() { Value = but }, new() { Value = max });

    /// <summary>Takes what is due at an endpoint and puts it off by <paramref name="lease"/>: no other process sends it
    /// meanwhile, and one that dies leaves it to the next.</summary>
    public Task<List<DueDelivery>> Take(
        long endpoint, DateTimeOffset now, TimeSpan lease, int max, CancellationToken cancel) => db.Query(
        """
        update webhooks.deliveries d set due_at = $3, attempts = attempts + 1
        from (
          select id from webhooks.deliveries where endpoint = $1 and due_at <= $2
          order by due_at limit $4 for update skip locked) t, webhooks.messages m
        where d.id = t.id and m.id = d.message
        returning d.id, d.message, m.body, d.attempts
        """,
        row => new DueDelivery(row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.GetInt32(3)), cancel,
        new() { Value = endpoint }, new() { Value = now.UtcDateTime }, new() { Value = (now + lease).UtcDateTime },
        new() { Value = max });

    /// <summary>Files how an attempt ended, and since when its endpoint fails; returns the latter.</summary>
    /// <param name="again">When to try again; null: delivered, or given up.</param>
    public async Task<DateTimeOffset?> Note(
        long endpoint, DueDelivery delivery, Attempt attempt, DateTimeOffset? again, CancellationToken cancel) =>
        (await db.Query(
            """
            with noted as (
              update webhooks.deliveries
              set state = case when $4 then 1 when $5::timestamptz is null then 2 else 0 end,
                due_at = case when $4 then null else $5 end,
                ended_at = case when $4 or $5 is null then $6 end
              where id = $2 and attempts = $3),
            tried as (
              insert into webhooks.attempts (delivery, at, took_ms, status, answer) values ($2, $6, $7, $8, $9)),
            marked as (    -- only where it changes: deliveries in a row must not queue for this one
              update webhooks.endpoints set failing_since = case when $4 then null else $6 end
              where id = $1 and $4 = (failing_since is not null)
              returning failing_since)
            select coalesce(
              (select failing_since from marked), (select failing_since from webhooks.endpoints where id = $1))
            """,
            row => row.ValueOrNull<DateTimeOffset>(0), cancel, new() { Value = endpoint }, new() { Value = delivery.Id },
            new() { Value = delivery.Attempts }, new() { Value = attempt.IsTaken },
            new() { Value = (object?)again?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz },
            new() { Value = attempt.At.UtcDateTime }, new() { Value = attempt.TookMs },
            new() { Value = (object?)attempt.Status ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer },
            new() { Value = attempt.Answer })).FirstOrDefault();

    /// <summary>An endpoint's, newest first.</summary>
    public Task<List<Delivery>> List(
        long endpoint, DeliveryState? state, long before, int count, CancellationToken cancel) => db.Query(
        $"""
        select {Columns} from webhooks.deliveries d join webhooks.messages m on m.id = d.message
        where d.endpoint = $1 and d.id < $2 and ($3::smallint is null or d.state = $3)
        order by d.id desc limit $4
        """,
        Read, cancel, new() { Value = endpoint }, new() { Value = before },
        new() { Value = (object?)(short?)state ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Smallint },
        new() { Value = count });

    public Task<Delivery?> Find(long delivery, CancellationToken cancel) => db.QueryFirst(
        $"select {Columns} from webhooks.deliveries d join webhooks.messages m on m.id = d.message where d.id = $1",
        Read, cancel, new NpgsqlParameter { Value = delivery });

    /// <summary>What was tried, oldest first; the body that was sent.</summary>
    public async Task<(List<Attempt> Attempts, string Body)> Attempts(long delivery, int count, CancellationToken cancel)
    {
        var attempts = await db.Query(
            "select at, took_ms, status, answer from webhooks.attempts where delivery = $1 order by id desc limit $2",
            row => new Attempt(
                row.GetFieldValue<DateTimeOffset>(0), row.GetInt32(1), row.ValueOrNull<int>(2), row.GetString(3)),
            cancel, new() { Value = delivery }, new() { Value = count });
        attempts.Reverse();
        var body = await db.Query(
            "select m.body from webhooks.deliveries d join webhooks.messages m on m.id = d.message where d.id = $1",
            row => row.GetString(0), cancel, new NpgsqlParameter { Value = delivery });
        return (attempts, body.Single());
    }

    /// <summary>Sends it again, with all attempts before it; whatever became of it.</summary>
    public static async Task<bool> Replay(
        NpgsqlTransaction transaction, long delivery, DateTimeOffset now, CancellationToken cancel)
    {
        if (await transaction.Execute(
            "update webhooks.deliveries set state = 0, due_at = $2, attempts = 0, ended_at = null where id = $1",
            cancel, new() { Value = delivery }, new() { Value = now.UtcDateTime }) == 0)
            return false;
        await transaction.Audit(
            "webhook_delivery.replay", PublicId.Format(Delivery.PublicPrefix, delivery), null, null, cancel);
        return true;
    }

    /// <summary>Sends again what the endpoint wants of what happened since; returns how many.</summary>
    /// <param name="all">Also what was delivered.</param>
    public static async Task<int> ReplaySince(
        NpgsqlTransaction transaction, WebhookEndpoint endpoint, DateTimeOffset since, bool all, DateTimeOffset now,
        CancellationToken cancel)
    {
        var count = await transaction.Execute(
            """
            insert into webhooks.deliveries as d (endpoint, message, due_at, made_at)
            select $1, m.id, $4, $4 from webhooks.messages m
            where m.made_at >= $2
              and exists (
                select from unnest($3::text[]) p
                where p = '*' or p = m.type or (p like '%.*' and m.type like replace(left(p, -1), '_', '\_') || '%'))
            order by m.id
            on conflict (endpoint, message) do update set state = 0, due_at = $4, attempts = 0, ended_at = null
            where d.state <> 0 and ($5 or d.state <> 1)
            """,
            cancel, new() { Value = endpoint.Id }, new() { Value = since.UtcDateTime },
            new() { Value = endpoint.Events.ToArray() }, new() { Value = now.UtcDateTime }, new() { Value = all });
        await transaction.Audit(
            "webhook_endpoint.replay", EndpointStore.IdOf(endpoint.Id), null,
            new() { ["since"] = since, ["all"] = all, ["count"] = count }, cancel);
        return count;
    }

    /// <summary>Removes what was told before, some at a time; returns how many.</summary>
    public async Task<int> RemoveBefore(DateTimeOffset before, CancellationToken cancel)
    {
        const int some = 5_000;
        for (var all = 0; ;)
        {
            var removed = await db.Execute(
                """
                delete from webhooks.messages where id = any(array(
                  select id from webhooks.messages where made_at < $1 limit $2))
                """, cancel, new() { Value = before.UtcDateTime }, new() { Value = some });
            all += removed;
            if (removed < some)
                return all;
        }
    }

    private static Delivery Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetString(3), (DeliveryState)row.GetInt16(4),
        row.GetInt32(5), row.ValueOrNull<DateTimeOffset>(6), row.GetFieldValue<DateTimeOffset>(7),
        row.ValueOrNull<DateTimeOffset>(8));
}
