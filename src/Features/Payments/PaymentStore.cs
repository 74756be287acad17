using System.Diagnostics;
using Doorbuster.Contracts.Orders;
using Doorbuster.Contracts.Payments;
using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.Payments;

/// <summary>
/// Our side's payments. Every change of state is a compare-and-set; every read for a person has the owner's predicate.
/// </summary>
internal sealed class PaymentStore(
    [FromKeyedServices(PaymentsFeature.SchemaName)] NpgsqlDataSource db,
    [FromKeyedServices(PaymentsFeature.SchemaName)] GroupCommit together)
{
    private const string Columns =
        """
        id, order_id, person, amount_minor, currency, state, request_key, made_at, charge, pay_url, reason, captured_at,
        refunded_at, promised_minor, refunded_minor
        """;

    // Were there another that this statement cannot see yet, it would be open, and the index lets one of those in.
    private static readonly RowStatement<Payment, long, bool> InsertingFirst = new(
        """
        insert into payments.payments
          (id, order_id, person, amount_minor, currency, state, request_key, made_at)
        select r.id, r.order_id, r.person, r.amount_minor, r.currency, r.state, r.request_key, r.made_at
        from unnest($1, $2, $3, $4, $5, $6, $7, $8) as r (
          id, order_id, person, amount_minor, currency, state, request_key, made_at)
        where not exists (select from payments.payments p where p.order_id = r.order_id)
          and not exists (select from payments.payments p where p.person = r.person and p.request_key = r.request_key)
        on conflict do nothing
        returning id
        """,
        payment => payment.Id, row => (row.GetInt64(0), true),
        rows =>
        [
            rows.Column(one => one.Id), rows.Column(one => one.Order), rows.Column(one => one.Person),
            rows.Column(one => one.Amount.Minor), rows.Column(one => one.Amount.Currency),
            rows.Column(one => (short)one.State), rows.Column(one => one.RequestKey),
            rows.Column(one => one.MadeAt.UtcDateTime),
        ]);

    private static readonly RowStatement<(long Payment, string Charge, string PayUrl), long, Payment> SettingCharge = new(
        $"""
        update payments.payments
        set charge = coalesce(charge, r.said), pay_url = r.url,
          state = case when state = {(short)PaymentState.Created} then {(short)PaymentState.Pending} else state end
        from unnest($1, $2, $3) as r (payment, said, url)
        where id = r.payment and pay_url is null
        returning {Columns}
        """,
        charged => charged.Payment, row => (row.GetInt64(0), Read(row)),
        rows => [rows.Column(one => one.Payment), rows.Column(one => one.Charge), rows.Column(one => one.PayUrl)]);

    private static readonly RowStatement<Capture, long, bool> Capturing = new(
        $"""
        with stepped as (
          update payments.payments p
          set state = {(short)PaymentState.Captured}, charge = coalesce(p.charge, r.charge), captured_at = r.captured_at
          from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) as r (
            payment, order_id, charge, amount_minor, currency, captured_at, event, type, received_at, trace)
          where p.id = r.payment and p.state in ({string.Join(", ", PaymentSteps.Before(PaymentState.Captured))})
            and p.captured_at is null and p.order_id = r.order_id and p.amount_minor = r.amount_minor
            and p.currency = r.currency and (p.charge is null or p.charge = r.charge)
            and not exists (select from payments.events e where e.id = r.event)
          returning p.id, p.order_id, p.person, p.amount_minor, p.currency, r.captured_at, r.event, r.type, r.received_at,
            r.trace),
        filed as (insert into payments.events (id, type, received_at) select event, type, received_at from stepped),
        unbooked as (
          insert into payments.unbooked (payment, amount_minor, currency, at)
          select id, amount_minor, currency, captured_at from stepped),
        told as (
          insert into messaging.outbox (type, body, trace)
          select '{nameof(PaymentCaptured)}', json_build_object('payment', id, 'order', order_id, 'person', person,
            'amountMinor', amount_minor, 'currency', currency, 'capturedAt', captured_at), trace
          from stepped)
        select id, (select messaging.wake()) from stepped
        """,
        capture => capture.Payment, row => (row.GetInt64(0), true),
        rows =>
        [
            rows.Column(one => one.Payment), rows.Column(one => one.Order), rows.Column(one => one.Said.Data.Charge),
            rows.Column(one => one.Said.Data.Amount), rows.Column(one => one.Said.Data.Currency),
            rows.Column(one => one.Said.Timestamp.UtcDateTime), rows.Column(one => one.Event),
            rows.Column(one => one.Said.Type), rows.Column(one => one.Now.UtcDateTime), rows.Column(one => one.Trace),
        ]);

    public Task<Payment?> Find(long payment, long person, CancellationToken cancel) => db.QueryFirst(
        $"select {Columns} from payments.payments where id = $1 and person = $2",
        Read, cancel, new() { Value = payment }, new() { Value = person });

    public Task<List<Payment>> ListOfOrder(long order, long person, int count, CancellationToken cancel) => db.Query(
        $"select {Columns} from payments.payments where order_id = $1 and person = $2 order by id desc limit $3",
        Read, cancel, new() { Value = order }, new() { Value = person }, new() { Value = count });

    /// <summary>Of whomever: for our own work alone.</summary>
    public Task<List<Payment>> FindMany(IReadOnlyCollection<long> payments, CancellationToken cancel) => db.Query(
        $"select {Columns} from payments.payments where id = any($1)",
        Read, cancel, new NpgsqlParameter { Value = payments.ToArray() });

    /// <summary>All of a person's, oldest first.</summary>
    /// <param name="after">The last of the page before.</param>
    public Task<List<Payment>> ListOfPerson(long person, long after, int count, CancellationToken cancel) => db.Query(
        $"select {Columns} from payments.payments where person = $1 and id > $2 order by id limit $3",
        Read, cancel, new() { Value = person }, new() { Value = after }, new() { Value = count });

    /// <summary>Captured in this time, oldest first.</summary>
    public Task<List<Payment>> Captured(
        DateTimeOffset from, DateTimeOffset to, (DateTimeOffset At, long Id) after, int count, CancellationToken cancel) =>
        db.Query(
        $"""
        select {Columns} from payments.payments
        where captured_at >= $1 and captured_at < $2 and (captured_at, id) > ($3, $4)
        order by captured_at, id limit $5
        """,
        Read, cancel, new() { Value = from.UtcDateTime }, new() { Value = to.UtcDateTime },
        new() { Value = after.At.UtcDateTime }, new() { Value = after.Id }, new() { Value = count });

    /// <summary>
    /// Decides on what is there and, when it comes to that, files <paramref name="wish"/>, all in one step.
    /// </summary>
    public async Task<Opening> Open(PayableOrder order, Payment wish, CancellationToken cancel)
    {
        // Nearly always it is the order's first payment: then there is nothing to decide on.
        if (Opening.Decide(order, wish.RequestKey, []) is Opening.New first && await together.Run(InsertingFirst, wish, cancel))
            return first;
        while (true)
        {
            await using var connection = await db.OpenConnectionAsync(cancel);
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            // Locked, so that a capture on its way is seen as committed or not begun.
            var known = await LockAll(transaction, order.Id, wish, cancel);
            var opening = Opening.Decide(order, wish.RequestKey, known);
            if (opening is not Opening.New)
                return opening;
            if (await Insert(transaction, wish, cancel))
            {
                await transaction.CommitAsync(cancel);
                return opening;
            }
            // Another request filed one since we looked: look again. It is there now, so this ends.
        }
    }

    /// <summary>Notes what the provider calls the payment, unless its webhook told us already; the payment as it then is, or
    /// null when it was noted before.</summary>
    public Task<Payment?> SetCharge(long payment, string charge, string payUrl, CancellationToken cancel) =>
        together.Run(SettingCharge, (payment, charge, payUrl), cancel);

    /// <summary>
    /// Takes the provider's word that a payment which waits for it is captured, and tells of it, in one statement. False when
    /// it is not so plain (known already, another amount, no such payment): then nothing has changed, and who looks closely
    /// decides.
    /// </summary>
    public Task<bool> TryCapture(
        string id, WebhookEvent said, long payment, long order, DateTimeOffset now, CancellationToken cancel) =>
        together.Run(Capturing, new Capture(id, said, payment, order, now, Activity.Current?.Id), cancel);

    /// <summary>True when the event is new; it counts as handled when the transaction commits.</summary>
    public static async Task<bool> FileEvent(
        NpgsqlTransaction transaction, string id, string type, DateTimeOffset at, CancellationToken cancel) =>
        await transaction.Execute(
            "insert into payments.events (id, type, received_at) values ($1, $2, $3) on conflict do nothing",
            cancel, new() { Value = id }, new() { Value = type }, new() { Value = at.UtcDateTime }) == 1;

    public static async Task<Payment?> Lock(NpgsqlTransaction transaction, long payment, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            $"select {Columns} from payments.payments where id = $1 for update", transaction.Connection, transaction);
        command.Parameters.Add(new() { Value = payment });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? Read(reader) : null;
    }

    /// <summary>Takes a locked payment to the state the provider tells of.</summary>
    public static Task Step(
        NpgsqlTransaction transaction, Payment payment, PaymentState to, string charge, DateTimeOffset at,
        CancellationToken cancel) => transaction.Execute(
            """
            update payments.payments
            set state = $3, charge = coalesce(charge, $4), captured_at = case when $3 = $6 then $5 else captured_at end
            where id = $1 and state = $2
            """,
            cancel, new() { Value = payment.Id }, new() { Value = (short)payment.State }, new() { Value = (short)to },
            new() { Value = charge }, new() { Value = at.UtcDateTime }, new() { Value = (short)PaymentState.Captured });

    private static async Task<List<Payment>> LockAll(
        NpgsqlTransaction transaction, long order, Payment wish, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select {Columns} from payments.payments
            where order_id = $1 or (person = $2 and request_key = $3)
            order by id
            for update
            """, transaction.Connection, transaction);
        command.Parameters.Add(new() { Value = order });
        command.Parameters.Add(new() { Value = wish.Person });
        command.Parameters.Add(new() { Value = wish.RequestKey });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var rows = new List<Payment>();
        while (await reader.ReadAsync(cancel))
            rows.Add(Read(reader));
        return rows;
    }

    private static async Task<bool> Insert(NpgsqlTransaction transaction, Payment payment, CancellationToken cancel) =>
        await transaction.Execute(
            """
            insert into payments.payments
              (id, order_id, person, amount_minor, currency, state, request_key, made_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8)
            on conflict do nothing
            """,
            cancel, new() { Value = payment.Id }, new() { Value = payment.Order }, new() { Value = payment.Person },
            new() { Value = payment.Amount.Minor }, new() { Value = payment.Amount.Currency },
            new() { Value = (short)payment.State }, new() { Value = payment.RequestKey },
            new() { Value = payment.MadeAt.UtcDateTime }) == 1;

    private static Payment Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetInt64(0),
        Order = row.GetInt64(1),
        Person = row.GetInt64(2),
        Amount = new Money(row.GetInt64(3), row.GetString(4)),
        State = (PaymentState)row.GetInt16(5),
        RequestKey = row.GetString(6),
        MadeAt = row.GetFieldValue<DateTimeOffset>(7),
        Charge = row.IsDBNull(8) ? null : row.GetString(8),
        PayUrl = row.IsDBNull(9) ? null : row.GetString(9),
        Reason = row.IsDBNull(10) ? null : row.GetString(10),
        CapturedAt = row.ValueOrNull<DateTimeOffset>(11),
        RefundedAt = row.ValueOrNull<DateTimeOffset>(12),
        PromisedMinor = row.GetInt64(13),
        RefundedMinor = row.GetInt64(14),
    };

    private sealed record Capture(
        string Event, WebhookEvent Said, long Payment, long Order, DateTimeOffset Now, string? Trace);
}
