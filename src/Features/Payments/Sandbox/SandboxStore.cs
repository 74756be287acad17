using System.Security.Cryptography;
using System.Text.Json;
using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Payments.Sandbox;

/// <summary>The provider's books. Its side of the table alone: nothing here reads what the shop has filed.</summary>
internal sealed class SandboxStore(
    [FromKeyedServices(PaymentsFeature.SandboxPool)] NpgsqlDataSource db,
    [FromKeyedServices(PaymentsFeature.SandboxPool)] GroupCommit together)
{
    public const string Channel = "sandbox_webhooks";

    private const string Columns =
        """
        id, idempotency_key, amount_minor, currency, reference, order_id, state, delay_ms, copies, declines, reorders,
        return_url
        """;

    private static readonly TimeSpan OvertakenBy = TimeSpan.FromMilliseconds(300);

    private static readonly RowStatement<(Charge Charge, DateTime Now), string, bool> Creating = new(
        """
        insert into payments.sandbox_charges
          (id, idempotency_key, amount_minor, currency, reference, order_id, delay_ms, copies, declines, made_at,
          reorders, return_url)
        select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        on conflict (idempotency_key) do nothing
        returning id
        """,
        made => made.Charge.Id, row => (row.GetString(0), true),
        rows =>
        [
            rows.Column(one => one.Charge.Id), rows.Column(one => one.Charge.IdempotencyKey),
            rows.Column(one => one.Charge.AmountMinor), rows.Column(one => one.Charge.Currency),
            rows.Column(one => one.Charge.Reference), rows.Column(one => one.Charge.Order),
            rows.Column(one => one.Charge.DelayMs), rows.Column(one => one.Charge.Copies),
            rows.Column(one => one.Charge.Declines), rows.Column(one => one.Now), rows.Column(one => one.Charge.Reorders),
            rows.Column(one => one.Charge.ReturnUrl),
        ]);

    private static readonly RowStatement<string, string, Charge> Finding = new(
        $"select {Columns} from unnest($1) as r (wanted) join payments.sandbox_charges on id = wanted",
        id => id, row => (row.GetString(0), Read(row)), rows => [rows.Column(id => id)]);

    // A second webhook is there for a charge that tells things in the wrong order.
    private static readonly RowStatement<Decision, string, bool> Deciding = new(
        $"""
        with asked as materialized (
          select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) as r (
            charge, to_state, now, copies, webhook, body, due_at, webhook2, body2, due_at2)),
        decided as (
          update payments.sandbox_charges c set state = a.to_state from asked a where c.id = a.charge and c.state = 0
          returning c.id, c.amount_minor),
        moved as (
          insert into payments.sandbox_transactions (charge, amount_minor, at)
          select d.id, d.amount_minor, a.now from decided d join asked a on a.charge = d.id where a.to_state = 1),
        filed as (
          insert into payments.sandbox_webhooks (id, body, copies, due_at)
          select w.id, w.body, a.copies, w.due_at
          from decided d join asked a on a.charge = d.id
          cross join lateral (values (a.webhook, a.body, a.due_at), (a.webhook2, a.body2, a.due_at2)) as w (id, body, due_at)
          where w.id is not null)
        select id, (select pg_notify('{Channel}', '')) from decided
        """,
        decision => decision.Charge.Id, row => (row.GetString(0), true),
        rows =>
        [
            rows.Column(one => one.Charge.Id), rows.Column(one => (short)one.To), rows.Column(one => one.Now),
            rows.Column(one => one.Charge.Copies), rows.Column(one => one.First.Id), rows.Column(one => one.First.Body),
            rows.Column(one => one.First.DueAt), rows.Column(one => one.Second?.Id), rows.Column(one => one.Second?.Body),
            rows.Column(one => one.Second?.DueAt),
        ]);

    private static readonly RowStatement<(string Webhook, DateTime Now), string, bool> Delivering = new(
        """
        update payments.sandbox_webhooks set due_at = null, delivered_at = r.now, last_answer = null
        from unnest($1, $2) as r (webhook, now) where id = r.webhook
        returning id
        """,
        delivered => delivered.Webhook, row => (row.GetString(0), true),
        rows => [rows.Column(one => one.Webhook), rows.Column(one => one.Now)]);

    /// <summary>The charge under the wish's key: the wish, or what was created under it before.</summary>
    public async Task<Charge> Create(Charge wish, DateTimeOffset now, CancellationToken cancel)
    {
        var isNew = await together.Run(Creating, (wish, now.UtcDateTime), cancel);
        return isNew ? wish : (await db.QueryFirst(
            $"select {Columns} from payments.sandbox_charges where idempotency_key = $1",
            Read, cancel, new NpgsqlParameter { Value = wish.IdempotencyKey }))!;
    }

    public Task<Charge?> Find(string id, CancellationToken cancel) => together.Run(Finding, id, cancel);

    /// <summary>Decides a pending charge and files the webhook about it; returns the charge as it then is.</summary>
    public async Task<Charge> Decide(Charge charge, ChargeState to, DateTimeOffset now, CancellationToken cancel)
    {
        var type = to == ChargeState.Captured ? WebhookEvent.Captured : WebhookEvent.Declined;
        var first = Webhook(type, now, now.UtcDateTime.AddMilliseconds(charge.DelayMs));
        var second = charge.Reorders    // told of after what followed it
            ? Webhook(WebhookEvent.Declined, now.AddSeconds(-1), first.DueAt + OvertakenBy)
            : null;
        return await together.Run(Deciding, new Decision(charge, to, now.UtcDateTime, first, second), cancel)
            ? charge with { State = to }
            : (await Find(charge.Id, cancel))!;

        NewWebhook Webhook(string what, DateTimeOffset at, DateTime dueAt) => new(NewMessageId(), Body(what, at), dueAt);

        string Body(string what, DateTimeOffset at) => JsonSerializer.Serialize(
            new WebhookEvent
            {
                Type = what,
                Timestamp = at,
                Data = new(charge.Id, charge.Reference, charge.Order, charge.AmountMinor, charge.Currency),
            }, PaymentsJson.Default.WebhookEvent);
    }

    /// <summary>The refund under the wish's key; null when the charge has not that much to give back.</summary>
    public async Task<Refund?> Refund(Charge charge, Refund wish, CancellationToken cancel)
    {
        var said = new WebhookEvent
        {
            Type = WebhookEvent.Refunded,
            Timestamp = wish.MadeAt,
            Data = new(
                charge.Id, charge.Reference, charge.Order, wish.AmountMinor, charge.Currency, wish.Id, wish.Reference),
        };
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        // The charge's row is the lock under which its refunds are added up, in a statement of its own: the next one
        // then sees what the refund before us committed.
        await transaction.Execute(
            "select from payments.sandbox_charges where id = $1 for update", cancel,
            new NpgsqlParameter { Value = wish.Charge });
        await transaction.Execute(
            $"""
            with given as (
              insert into payments.sandbox_refunds (id, idempotency_key, charge, amount_minor, made_at, reference)
              select $1, $2, c.id, $4, $5, $6
              from payments.sandbox_charges c
              where c.id = $3 and c.state = 1
                and $4 <= c.amount_minor
                  - (select coalesce(sum(r.amount_minor), 0) from payments.sandbox_refunds r where r.charge = c.id)
              on conflict (idempotency_key) do nothing
              returning id, charge, amount_minor, made_at),
            moved as (
              insert into payments.sandbox_transactions (charge, refund, amount_minor, at)
              select charge, id, amount_minor, made_at from given),
            filed as (
              insert into payments.sandbox_webhooks (id, body, copies, due_at) select $7, $8, $9, $10 from given
              returning id)
            select pg_notify('{Channel}', '') from filed
            """,
            cancel, new() { Value = wish.Id }, new() { Value = wish.IdempotencyKey }, new() { Value = wish.Charge },
            new() { Value = wish.AmountMinor }, new() { Value = wish.MadeAt.UtcDateTime },
            new() { Value = (object?)wish.Reference ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            new() { Value = NewMessageId() },
            new() { Value = JsonSerializer.Serialize(said, PaymentsJson.Default.WebhookEvent) },
            new() { Value = charge.Copies }, new() { Value = wish.MadeAt.UtcDateTime.AddMilliseconds(charge.DelayMs) });
        await transaction.CommitAsync(cancel);
        return await db.QueryFirst(
            """
            select id, idempotency_key, charge, amount_minor, reference, made_at from payments.sandbox_refunds
            where idempotency_key = $1
            """,
            row => new Refund(
                row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3),
                row.IsDBNull(4) ? null : row.GetString(4), row.GetFieldValue<DateTimeOffset>(5)),
            cancel, new NpgsqlParameter { Value = wish.IdempotencyKey });
    }

    /// <summary>What moved in this time, oldest first.</summary>
    /// <param name="after">The last of the page before; 0 for the first page.</param>
    public Task<List<TransactionView>> Transactions(
        DateTimeOffset from, DateTimeOffset to, long after, int count, CancellationToken cancel) => db.Query(
        """
        select t.id, t.charge, c.reference, c.order_id, t.amount_minor, c.currency, t.at, t.refund, r.reference
        from payments.sandbox_transactions t
        join payments.sandbox_charges c on c.id = t.charge
        left join payments.sandbox_refunds r on r.id = t.refund
        where t.at >= $1 and t.at < $2
          and ($3 = 0 or (t.at, t.id) > (select l.at, l.id from payments.sandbox_transactions l where l.id = $3))
        order by t.at, t.id limit $4
        """,
        row => new TransactionView(
            PublicId.Format("tx", row.GetInt64(0)),
            row.IsDBNull(7) ? TransactionView.Capture : TransactionView.OfRefund, row.GetString(1), row.GetString(2),
            row.GetString(3), row.GetInt64(4), row.GetString(5), row.GetFieldValue<DateTimeOffset>(6),
            row.IsDBNull(7) ? null : row.GetString(7), row.IsDBNull(8) ? null : row.GetString(8)),
        cancel, new() { Value = from.UtcDateTime }, new() { Value = to.UtcDateTime }, new() { Value = after },
        new() { Value = count });

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

    public Task Delivered(string webhook, DateTimeOffset now, CancellationToken cancel) =>
        together.Run(Delivering, (webhook, now.UtcDateTime), cancel);

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
        Reorders = row.GetBoolean(10),
        ReturnUrl = row.IsDBNull(11) ? null : row.GetString(11),
    };

    private sealed record Decision(Charge Charge, ChargeState To, DateTime Now, NewWebhook First, NewWebhook? Second);

    private sealed record NewWebhook(string Id, string Body, DateTime DueAt);

    private static string NewMessageId() => "msg_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
}

/// <param name="Attempts">This one included.</param>
internal sealed record DueWebhook(string Id, string Body, int Copies, int Attempts);
