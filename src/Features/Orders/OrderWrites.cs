using System.Text.Json;
using Doorbuster.Contracts.Catalog;
using Doorbuster.Contracts.Claims;
using Doorbuster.Contracts.Orders;
using Doorbuster.Orders.Sharding;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Orders;

/// <summary>
/// Every way an order comes into being or changes state. Each works in the caller's transaction, is a compare-and-set,
/// may run twice, and sees to it that no old page of the person is shown afterwards.
/// </summary>
internal sealed class OrderWrites(OrderPages pages, OrderCounts counts, IOptions<OrdersOptions> options)
{
    private readonly bool _payFirst = options.Value.PayFirst;

    /// <summary>
    /// Writes the orders of a sale's claims, all in one statement. An order that is there already, perhaps cancelled or
    /// paid by an event that overtook this one, stays as it is.
    /// </summary>
    public async Task Place(
        NpgsqlTransaction transaction, ClaimsMade made, PoolTerms terms, CancellationToken cancel)
    {
        // In the order of ids, here and below: two messages that write the same rows wait for each other and never
        // deadlock.
        var state = Order.StateAtBirth(made.Kept, terms.PriceMinor);
        var written = await transaction.Query(
            """
            insert into orders.orders
              (id, person, kind, state, currency, total_minor, lines, placed_at, pay_by, changed_at, pay_first)
            select c.id, c.person, 'sale', $9, $6, $7 * c.quantity,
                   jsonb_build_array(jsonb_build_object('claim', c.id, 'pool', $8::bigint, 'sku', $4::text,
                     'title', $5::text, 'quantity', c.quantity, 'priceMinor', $7)),
                   $10, $11, $10, $12
            from unnest($1, $2, $3) as c (id, person, quantity)
            order by c.id
            on conflict (id) do nothing
            returning id
            """,
            row => row.GetInt64(0), cancel,
            new() { Value = made.Ids },
            new() { Value = made.People },
            new() { Value = made.Quantities },
            new() { Value = terms.Sku },
            new() { Value = terms.Title },
            new() { Value = terms.Currency },
            new() { Value = terms.PriceMinor },
            new() { Value = made.Pool },
            new() { Value = (short)state },
            Time(made.MadeAt),
            Time(made.Deadline),
            new() { Value = _payFirst });
        if (written.Count == 0)
            return;
        counts.Entered(state, written.Count);
        await Changed(transaction, made.People, cancel);
        Func<long, bool> isNew = written.Count == made.Ids.Length ? _ => true : written.ToHashSet().Contains;
        var facts = OrderFacts.OfSale(
            terms, made.Ids, made.People, made.Quantities, _ => made.MadeAt, isNew);
        await OrderFacts.Publish(
            transaction, _payFirst, from: null, state, Reasons.Placed, made.MadeAt, facts, cancel);
    }

    /// <summary>
    /// Cancels the orders of released sale claims. One that is not written yet is written cancelled, so that its
    /// claim's message, when it comes, finds it so.
    /// </summary>
    public async Task Cancel(
        NpgsqlTransaction transaction, ClaimsReleased released, PoolTerms terms, CancellationToken cancel)
    {
        var reason = released.Expired ? Reasons.HoldExpired : Reasons.CancelledByBuyer;
        var ended = await transaction.Query(
            """
            with ended as (
              insert into orders.orders as o
                (id, person, kind, state, version, currency, total_minor, lines, placed_at, changed_at, pay_first)
              select c.id, c.person, 'sale', $9, 2, $7, $8 * c.quantity,
                     jsonb_build_array(jsonb_build_object('claim', c.id, 'pool', $10::bigint, 'sku', $5::text,
                       'title', $6::text, 'quantity', c.quantity, 'priceMinor', $8)),
                     c.made_at, $11, $14
              from unnest($1, $2, $3, $4) as c (id, person, quantity, made_at)
              order by c.id
              on conflict (id) do update
                set state = excluded.state, version = o.version + 1, changed_at = excluded.changed_at
                where o.state = $12
              returning o.id, o.version, o.xmax = 0 as is_new, o.pay_first),
            filed as (
              insert into orders.history (order_id, version, from_state, to_state, reason, at)
              select id, version, $12, $9, $13, $11 from ended)
            select id, is_new, pay_first from ended
            """,
            row => (Id: row.GetInt64(0), IsNew: row.GetBoolean(1), PayFirst: row.GetBoolean(2)), cancel,
            new() { Value = released.Ids },
            new() { Value = released.People },
            new() { Value = released.Quantities },
            new() { Value = released.MadeAt.Select(at => at.UtcDateTime).ToArray() },
            new() { Value = terms.Sku },
            new() { Value = terms.Title },
            new() { Value = terms.Currency },
            new() { Value = terms.PriceMinor },
            new() { Value = (short)OrderState.Cancelled },
            new() { Value = released.Pool },
            Time(released.ReleasedAt),
            new() { Value = OrderSteps.Before(OrderState.Cancelled).Single() },
            new() { Value = reason },
            new() { Value = _payFirst });
        if (ended.Count == 0)
            return;
        counts.Entered(OrderState.Cancelled, ended.Count);
        await Changed(transaction, released.People, cancel);
        foreach (var alike in ended.GroupBy(order => (order.IsNew, order.PayFirst), order => order.Id))
        {
            var facts = OrderFacts.OfSale(
                terms, released.Ids, released.People, released.Quantities, i => released.MadeAt[i],
                alike.ToHashSet().Contains);
            await OrderFacts.Publish(
                transaction, alike.Key.PayFirst, alike.Key.IsNew ? null : OrderState.Placed, OrderState.Cancelled, reason,
                released.ReleasedAt, facts, cancel);
        }
    }

    /// <summary>Writes an order that is not there yet, as it is; false when it is there.</summary>
    public async Task<bool> Insert(
        NpgsqlTransaction transaction, Order order, string? requestKey, CancellationToken cancel)
    {
        if (await transaction.Execute(InsertOrders, cancel, Parameters([new(order, requestKey, _payFirst)])) == 0)
            return false;
        counts.Entered(order.State);
        await Changed(transaction, [order.Person], cancel);
        await OrderFacts.Publish(
            transaction, _payFirst, from: null, order.State, Reasons.Placed, order.PlacedAt, [OrderFacts.Of(order)],
            cancel);
        return true;
    }

    /// <summary>
    /// Writes an order of stock that is not there yet, files its claims and tells of it, in one statement; false when it is
    /// there. Null where that cannot be done so: then it takes a transaction.
    /// </summary>
    /// <exception cref="PostgresException">Unique violation: one of the claims was released before.</exception>
    public async Task<bool?> TryInsertAlone(
        OrderShards shards, Order order, string? requestKey, CancellationToken cancel)
    {
        if (shards.Together is not { } together || !await pages.TryBypass([order.Person]))
            return null;
        var said = Outbox.Row(OrderFacts.MessageOf(
            _payFirst, from: null, order.State, Reasons.Placed, order.PlacedAt, [OrderFacts.Of(order)]));
        var isNew = await together.Run(Inserting, new Insertion(order, requestKey, _payFirst, said), cancel);
        if (isNew)
            counts.Entered(order.State);
        return isNew;
    }

    /// <summary>
    /// Takes an order from the state it was read in to the next, writes the step and tells of it; false when the table
    /// of steps forbids that or the order has moved on since. A step to the same state is one that gives money back.
    /// </summary>
    /// <param name="refund">What this step gives back of the total.</param>
    public async Task<bool> Step(
        NpgsqlTransaction transaction, Order order, OrderState to, string reason, DateTimeOffset at,
        CancellationToken cancel, long? payment = null, Shipment? shipment = null, long refund = 0)
    {
        if (!OrderSteps.May(order.State, to) && (order.State != to || refund == 0))
            return false;

        var steps = await transaction.Execute(
            """
            with moved as (
              update orders.orders
              set state = $3, version = version + 1, changed_at = $5, payment = coalesce($6, payment),
                  shipment = coalesce($7, shipment), refunded_minor = refunded_minor + $8
              where id = $1 and state = $2 and refunded_minor = $9
              returning id, version)
            insert into orders.history (order_id, version, from_state, to_state, reason, at)
            select id, version, $2, $3, $4, $5 from moved
            """,
            cancel,
            new() { Value = order.Id },
            new() { Value = (short)order.State },
            new() { Value = (short)to },
            new() { Value = reason },
            Time(at),
            Number(payment),
            Json(shipment is null ? null : JsonSerializer.Serialize(shipment, OrdersJson.Default.Shipment)),
            new() { Value = refund },
            new() { Value = order.RefundedMinor });
        if (steps == 0)
            return false;
        counts.Entered(to);
        await Changed(transaction, [order.Person], cancel);
        var moved = order with { RefundedMinor = order.RefundedMinor + refund };
        await OrderFacts.Publish(
            transaction, order.PayFirst, order.State, to, reason, at, [OrderFacts.Of(moved, refund)], cancel);
        return true;
    }

    /// <summary>Takes placed orders that are locked to paid, all in one statement.</summary>
    public async Task Pay(
        NpgsqlTransaction transaction, List<(Order Order, long Payment, DateTimeOffset At)> paid, CancellationToken cancel)
    {
        var steps = await transaction.Execute(
            """
            with moved as (
              update orders.orders o
              set state = $5, version = o.version + 1, changed_at = p.at, payment = p.payment
              from unnest($1, $2, $3) as p (id, payment, at)
              where o.id = p.id and o.state = $4
              returning o.id, o.version, p.at)
            insert into orders.history (order_id, version, from_state, to_state, reason, at)
            select id, version, $4, $5, $6, at from moved
            """,
            cancel,
            new() { Value = paid.Select(one => one.Order.Id).ToArray() },
            new() { Value = paid.Select(one => one.Payment).ToArray() },
            new() { Value = paid.Select(one => one.At.UtcDateTime).ToArray() },
            new() { Value = (short)OrderState.Placed },
            new() { Value = (short)OrderState.Paid },
            new() { Value = Reasons.Paid });
        if (steps != paid.Count)
            throw new InvalidOperationException($"Of {paid.Count} locked orders {steps} were still to be paid.");
        counts.Entered(OrderState.Paid, paid.Count);
        await Changed(transaction, [.. paid.Select(one => one.Order.Person)], cancel);
        foreach (var alike in paid.GroupBy(one => (one.Order.PayFirst, one.At.UtcTicks / TimeSpan.TicksPerSecond)))
            await OrderFacts.Publish(
                transaction, alike.Key.PayFirst, OrderState.Placed, OrderState.Paid, Reasons.Paid, alike.Max(one => one.At),
                [.. alike.Select(one => OrderFacts.Of(one.Order))], cancel);
    }

    /// <summary>Files the claims of an order's lines; false when one of them was released before.</summary>
    public static async Task<bool> FileClaims(
        NpgsqlTransaction transaction, Order order, CancellationToken cancel)
    {
        long[] claims = [.. order.Claims];
        return await transaction.Execute(
            """
            insert into orders.line_claims (claim, order_id, filed_at)
            select c, $2, $3 from unnest($1) as c order by c
            on conflict (claim) do nothing
            """,
            cancel,
            new() { Value = claims }, new() { Value = order.Id }, Time(order.PlacedAt)) == claims.Length;
    }

    /// <summary>
    /// Notes that stock claims were released and returns the orders they belong to. A claim without an order is filed,
    /// so that a slow writer of that order, coming later, does not write it on a claim that is gone.
    /// </summary>
    public static async Task<List<long>> FileReleased(
        NpgsqlTransaction transaction, ClaimsReleased released, CancellationToken cancel)
    {
        // The no-op update makes the row that is there, even one committed this moment, come back.
        await using var command = new NpgsqlCommand(
            """
            with filed as (
              insert into orders.line_claims as l (claim, order_id, filed_at)
              select c, null, $2 from unnest($1) as c order by c
              on conflict (claim) do update set order_id = l.order_id
              returning l.order_id)
            select distinct order_id from filed where order_id is not null order by order_id
            """, transaction.Connection, transaction);
        command.Parameters.Add(new() { Value = released.Ids });
        command.Parameters.Add(Time(released.ReleasedAt));
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var orders = new List<long>();
        while (await reader.ReadAsync(cancel))
            orders.Add(reader.GetInt64(0));
        return orders;
    }

    // In the forgetful cache, so not part of the transaction; when it is away, a message of the transaction does it
    // later.
    public async Task Changed(NpgsqlTransaction transaction, long[] people, CancellationToken cancel)
    {
        if (!await pages.TryBypass(people))
            await transaction.Publish(new OrdersChanged { People = people }, cancel);
    }

    private const string InsertOrders =
        """
        insert into orders.orders
          (id, person, kind, state, currency, total_minor, lines, placed_at, pay_by, changed_at, request_key,
           adjustments, checkout, ship_to, email, address_key, pay_first)
        select r.id, r.person, r.kind, r.state, r.currency, r.total_minor, r.lines::jsonb, r.placed_at, r.pay_by, r.changed_at,
          r.request_key, r.adjustments::jsonb, r.checkout, r.ship_to::jsonb, r.email, r.address_key, r.pay_first
        from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) as r (
          id, person, kind, state, currency, total_minor, lines, placed_at, pay_by, changed_at, request_key,
          adjustments, checkout, ship_to, email, address_key, pay_first)
        on conflict do nothing
        """;

    private static readonly RowStatement<Insertion, long, bool> Inserting = new(
        $"""
        with made as ({InsertOrders} returning id, placed_at),
        said as (
          insert into messaging.outbox (type, body, trace)
          select s.type, s.body::json, s.trace from made m
          join unnest($1, $18, $19, $20) as s (id, type, body, trace) on s.id = m.id),
        filed as (
          insert into orders.line_claims (claim, order_id, filed_at)
          select l.claim, m.id, m.placed_at from made m join unnest($1, $21) as c (id, claims) on c.id = m.id
          cross join unnest(c.claims::bigint[]) as l (claim) order by l.claim)
        select id, (select messaging.wake()) from made
        """,
        row => row.Order.Id, row => (row.GetInt64(0), true),
        rows =>
        [
            .. Parameters(rows), rows.Column(one => one.Said!.Type), rows.Column(one => one.Said!.Body),
            rows.Column(one => one.Said!.Trace), rows.Column(one => $"{{{string.Join(',', one.Order.Claims)}}}"),
        ]);

    private static NpgsqlParameter[] Parameters(IReadOnlyList<Insertion> rows) =>
    [
        rows.Column(one => one.Order.Id), rows.Column(one => one.Order.Person), rows.Column(one => one.Order.Kind),
        rows.Column(one => (short)one.Order.State), rows.Column(one => one.Order.Total.Currency),
        rows.Column(one => one.Order.Total.Minor),
        rows.Column(one => JsonSerializer.Serialize([.. one.Order.Lines], OrdersJson.Default.OrderLineArray)),
        rows.Column(one => one.Order.PlacedAt.UtcDateTime), rows.Column(one => one.Order.PayBy?.UtcDateTime),
        rows.Column(one => one.Order.ChangedAt.UtcDateTime), rows.Column(one => one.RequestKey),
        rows.Column(one => JsonSerializer.Serialize([.. one.Order.Adjustments], OrdersJson.Default.AdjustmentArray)),
        rows.Column(one => one.Order.Checkout),
        rows.Column(one => one.Order.ShipTo is { } shipTo
            ? JsonSerializer.Serialize(shipTo, OrdersJson.Default.PostalAddress)
            : null),
        rows.Column(one => one.Order.Email), rows.Column(one => one.Order.AddressKey), rows.Column(one => one.PayFirst),
    ];

    private static NpgsqlParameter Json(string? json) =>
        new() { Value = (object?)json ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Jsonb };

    private static NpgsqlParameter Number(long? number) =>
        new() { Value = (object?)number ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint };

    private static NpgsqlParameter Time(DateTimeOffset? at) =>
        new() { Value = (object?)at?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    /// <param name="Said">What is told of it, by the same statement.</param>
    private sealed record Insertion(Order Order, string? RequestKey, bool PayFirst, OutboxRow? Said = null);
}
