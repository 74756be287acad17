using System.Security.Cryptography;
using System.Text.Json;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Payments.Sandbox;

/// <summary>The provider's books. Its side of the table alone: nothing here reads what the shop has filed.</summary>
internal sealed class SandboxStore([FromKeyedServices(PaymentsFeature.SandboxPool)] NpgsqlDataSource db)
{
    public const string Channel = "sandbox_webhooks";

    private const string Columns =
        "id, idempotency_key, amount_minor, currency, reference, order_id, state, delay_ms, copies, declines";

    /// <summary>The charge under the wish's key: the wish, or what was created under it before.</summary>
    public async Task<Charge> Create(Charge wish, DateTimeOffset now, CancellationToken cancel)
    {
        await db.Execute(
            """
            insert into payments.sandbox_charges
              (id, idempotency_key, amount_minor, currency, reference, order_id, delay_ms, copies, declines, made_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            on conflict (idempotency_key) do nothing
            """,
            cancel, new() { Value = wish.Id }, new() { Value = wish.IdempotencyKey },
            new() { Value = wish.AmountMinor },
            new() { Value = wish.Currency }, new() { Value = wish.Reference }, new() { Value = wish.Order },
            new() { Value = wish.DelayMs }, new() { Value = wish.Copies }, new() { Value = wish.Declines },
            new() { Value = now.UtcDateTime });
        return (await db.QueryFirst(
            $"select {Columns} from payments.sandbox_charges where idempotency_key = $1",
            Read, cancel, new NpgsqlParameter { Value = wish.IdempotencyKey }))!;
    }

    public Task<Charge?> Find(string id, CancellationToken cancel) => db.QueryFirst(
        $"select {Columns} from payments.sandbox_charges where id = $1", Read, cancel,
        new NpgsqlParameter { Value = id });

    /// <summary>Decides a pending charge and files the webhook about it; returns the charge as it then is.</summary>
    public async Task<Charge> Decide(Charge charge, ChargeState to, DateTimeOffset now, CancellationToken cancel)
    {
        var said = new WebhookEvent
        {
            Type = to == ChargeState.Captured ? WebhookEvent.Captured : WebhookEvent.Declined,
            Timestamp = now,
            Data = new(charge.Id, charge.Reference, charge.Order, charge.AmountMinor, charge.Currency),
        };
        await db.Execute(
            $"""
            with decided as (
              update payments.sandbox_charges set state = $2 where id = $1 and state = 0
              returning id),
            filed as (
              insert into payments.sandbox_webhooks (id, body, copies, due_at)
              select $3, $4, $5, $6 from decided
              returning id)
            select pg_notify('{Channel}', '') from filed
            """,
            cancel, new() { Value = charge.Id }, new() { Value = (short)to },
            new() { Value = "msg_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)) },
            new() { Value = JsonSerializer.Serialize(said, PaymentsJson.Default.WebhookEvent) },
            new() { Value = charge.Copies }, new() { Value = now.UtcDateTime.AddMilliseconds(charge.DelayMs) });
        return (await Find(charge.Id, cancel))!;
    }

    /// <summary>The refund under the wish's key; null when the charge has not that much to give back.</summary>
    public async Task<Refund?> Refund(Refund wish, DateTimeOffset now, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        // The charge's row is the lock under which its refunds are added up, in a statement of its own: the next one
        // then sees what the refund before us committed.
        await transaction.Execute(
            "select from payments.sandbox_charges where id = $1 for update", cancel,
            new NpgsqlParameter { Value = wish.Charge });
        await transaction.Execute(
            """
            insert into payments.sandbox_refunds (id, idempotency_key, charge, amount_minor, made_at)
            select $1, $2, c.id, $4, $5
            from payments.sandbox_charges c
            where c.id = $3 and c.state = 1
              and $4 <= c.amount_minor
                - (select coalesce(sum(r.amount_minor), 0) from payments.sandbox_refunds r where r.charge = c.id)
            on conflict (idempotency_key) do nothing
            """,
            cancel, new() { Value = wish.Id }, new() { Value = wish.IdempotencyKey }, new() { Value = wish.Charge },
            new() { Value = wish.AmountMinor }, new() { Value = now.UtcDateTime });
        await transaction.CommitAsync(cancel);
        return await db.QueryFirst(
            "select id, idempotency_key, charge, amount_minor from payments.sandbox_refunds where idempotency_key = $1",
            row => new Refund(row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3)),
            cancel, new NpgsqlParameter { Value = wish.IdempotencyKey });
    }

    /// <summary>
    /// Takes webhooks that are due and puts them off by <paramref name="lease"/>, so that no other process sends them
    /// meanwhile and one that dies with them leaves them to the next.
    /// </summary>
    public Task<List<DueWebhook>> TakeDue(DateTimeOffset now, TimeSpan lease, int max, CancellationToken cancel) =>
        db.Query(
        """
        update payments.sandbox_webhooks w
        set due_at = $2, attempts = attempts + 1
        from (
          select id from payments.sandbox_webhooks
          where due_at <= $1 order by due_at limit $3 for update skip locked) d
        where w.id = d.id
        returning w.id, w.body, w.copies, w.attempts
        """,
        row => new DueWebhook(row.GetString(0), row.GetString(1), row.GetInt32(2), row.GetInt32(3)),
        cancel, new() { Value = now.UtcDateTime }, new() { Value = (now + lease).UtcDateTime }, new() { Value = max });

    public async Task<DateTimeOffset?> NextDue(CancellationToken cancel) =>
        (await db.Query(
            "select min(due_at) from payments.sandbox_webhooks where due_at is not null",
            row => row.ValueOrNull<DateTimeOffset>(0), cancel)).Single();

    public Task Delivered(string webhook, DateTimeOffset now, CancellationToken cancel) => db.Execute(
        "update payments.sandbox_webhooks set due_at = null, delivered_at = $2, last_answer = null where id = $1",
        cancel, new() { Value = webhook }, new() { Value = now.UtcDateTime });

    /// <param name="again">When to try again; null gives the webhook up.</param>
    public Task NotTaken(string webhook, string answer, DateTimeOffset? again, CancellationToken cancel) => db.Execute(
        "update payments.sandbox_webhooks set due_at = $2, last_answer = $3 where id = $1",
        cancel, new() { Value = webhook },
        new() { Value = (object?)again?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz },
        new() { Value = answer });

    private static Charge Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetString(0),
        IdempotencyKey = row.GetString(1),
        AmountMinor = row.GetInt64(2),
        Currency = row.GetString(3),
        Reference = row.GetString(4),
        Order = row.GetString(5),
        State = (ChargeState)row.GetInt16(6),
        DelayMs = row.GetInt32(7),
        Copies = row.GetInt32(8),
        Declines = row.GetBoolean(9),
    };
}

/// <param name="Attempts">This one included.</param>
internal sealed record DueWebhook(string Id, string Body, int Copies, int Attempts);
