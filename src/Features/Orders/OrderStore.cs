using System.Text.Json;
using Doorbuster.Orders.Sharding;
using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Orders;

/// <summary>Reads of the orders table. Every read for a person carries the owner's predicate.</summary>
internal sealed class OrderStore(OrderShards shards)
{
    private const string Columns =
        """
        o.id, o.person, o.kind, o.state, o.version, o.currency, o.total_minor, o.lines::text, o.placed_at, o.pay_by,
        o.changed_at, o.payment, o.adjustments::text, o.checkout, o.ship_to::text, o.email, o.address_key,
        o.refunded_minor, o.refund_asked_minor, o.shipment::text, o.pay_first
        """;

    // What was to be paid first and never was is no order: placed (0) or cancelled (2).
    private const string Counts = "not (o.pay_first and o.state in (0, 2))";

    private const string WithHistory =
        $"""
        select {Columns}, (
          select json_agg(json_build_object('version', h.version, 'from', h.from_state, 'to', h.to_state,
                                            'reason', h.reason, 'at', h.at) order by h.version)::text
          from orders.history h
          where h.order_id = o.id)
        from orders.orders o
        """;

    public Task<Order?> Find(long order, long person, CancellationToken cancel) => shards.Read(
        Ids.BucketIn(order), db => db.QueryFirst(
            $"{WithHistory} where o.id = $1 and o.person = $2", ReadWithHistory,
            cancel, new() { Value = order }, new() { Value = person }), cancel);

    private static readonly RowStatement<(long Order, long Person), long, Order> FindingPlain = new(
        $"""
        select {Columns} from unnest($1, $2) as r (wanted, owner)
        join orders.orders o on o.id = r.wanted and o.person = r.owner
        """,
        wanted => wanted.Order, row => (row.GetInt64(0), Read(row)),
        rows => [rows.Column(one => one.Order), rows.Column(one => one.Person)]);

    /// <summary>The order without its history.</summary>
    public Task<Order?> FindPlain(long order, long person, CancellationToken cancel) =>
        shards.Together is { } together
            ? together.Run(FindingPlain, (order, person), cancel)
            : shards.Read(
                Ids.BucketIn(order), db => db.QueryFirst(
                    $"select {Columns} from orders.orders o where o.id = $1 and o.person = $2", Read, cancel,
                    new() { Value = order }, new() { Value = person }), cancel);

    /// <summary>The order, whoever's it is.</summary>
    public Task<Order?> FindForAdmin(long order, CancellationToken cancel) => shards.Read(
        Ids.BucketIn(order), db => db.QueryFirst(
            $"{WithHistory} where o.id = $1", ReadWithHistory, cancel, new NpgsqlParameter { Value = order }), cancel);

    /// <summary>The orders that count, of all shards, from the newest down, older than <paramref name="before"/>.</summary>
    /// <param name="person">Null: everybody's.</param>
    public async Task<List<Order>> ListAll(long? person, long before, int count, CancellationToken cancel)
    {
        var found = await Task.WhenAll(shards.Databases.Values.Select(db => db.Query(
            $"""
            select {Columns}
            from orders.orders o
            where o.id < $1 and {Counts}{(person is null ? "" : " and o.person = $3")} and not exists (
              select from orders.buckets_away a where a.is_gone and a.bucket = (o.id >> 12) & 1023)
            order by o.id desc
            limit $2
            """,
            Read, cancel,
            [new() { Value = before }, new() { Value = count }, .. person is { } id ? [new NpgsqlParameter { Value = id }] : (NpgsqlParameter[])[]])));
        return [.. found.SelectMany(some => some).DistinctBy(order => order.Id).OrderByDescending(order => order.Id)
            .Take(count)];
    }

    /// <summary>The order this person placed under this idempotency key, or null.</summary>
    public Task<Order?> FindByKey(long person, string key, CancellationToken cancel) => shards.Read(
        Ids.BucketOf(person), db => db.QueryFirst(
            $"select {Columns} from orders.orders o where o.person = $1 and o.request_key = $2",
            Read, cancel, new() { Value = person }, new() { Value = key }), cancel);

    /// <summary>The order this person's checkout placed, or null.</summary>
    public Task<Order?> FindByCheckout(long person, long checkout, CancellationToken cancel) => shards.Read(
        Ids.BucketOf(person), db => db.QueryFirst(
            $"select {Columns} from orders.orders o where o.person = $1 and o.checkout = $2",
            Read, cancel, new() { Value = person }, new() { Value = checkout }), cancel);

    /// <summary>A person's orders that count from the newest down, older than <paramref name="before"/>.</summary>
    public Task<List<Order>> List(long person, long before, int count, CancellationToken cancel) =>
        List(person, before, count, Counts, cancel);

    /// <summary>All that is kept of what this person wanted to buy, also what was to be paid first and was not.</summary>
    public Task<List<Order>> ListWritten(long person, int count, CancellationToken cancel) =>
        List(person, long.MaxValue, count, "true", cancel);

    private Task<List<Order>> List(
        long person, long before, int count, string condition, CancellationToken cancel) => shards.Read(
        Ids.BucketOf(person), db => db.Query(
            $"""
            select {Columns}
            from orders.orders o
            where o.person = $1 and o.id < $2 and {condition}
            order by o.id desc
            limit $3
            """,
            Read, cancel, new() { Value = person }, new() { Value = before }, new() { Value = count }), cancel);

    /// <summary>Orders of this database that count, with their history, after this one, by id; not those that moved away.</summary>
    public static Task<List<Order>> ListFrom(
        NpgsqlTransaction transaction, long after, int count, CancellationToken cancel) => transaction.Query(
        $"""
        {WithHistory}
        where o.id > $1 and {Counts} and not exists (
          select from orders.buckets_away a where a.is_gone and a.bucket = (o.id >> 12) & 1023)
        order by o.id
        limit $2
        """,
        ReadWithHistory, cancel, new() { Value = after }, new() { Value = count });

    /// <summary>The order, locked until the transaction ends; null when it is not written.</summary>
    public static async Task<Order?> Lock(NpgsqlTransaction transaction, long order, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            $"select {Columns} from orders.orders o where o.id = $1 for update", transaction.Connection, transaction);
        command.Parameters.Add(new() { Value = order });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? Read(reader) : null;
    }

    /// <summary>Those of them that are written, locked in the order of their ids until the transaction ends.</summary>
    public static Task<List<Order>> LockMany(NpgsqlTransaction transaction, long[] orders, CancellationToken cancel) =>
        transaction.Query(
            $"select {Columns} from orders.orders o where o.id = any($1) order by o.id for update", Read, cancel,
            new NpgsqlParameter { Value = orders });

    private static Order ReadWithHistory(NpgsqlDataReader row) => Read(row) with
    {
        History = row.IsDBNull(21) ? [] : ReadHistory(row.GetString(21)),
    };

    private static Order Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetInt64(0),
        Person = row.GetInt64(1),
        Kind = row.GetString(2),
        State = (OrderState)row.GetInt16(3),
        Version = row.GetInt32(4),
        Total = new Money(row.GetInt64(6), row.GetString(5)),
        Lines = JsonSerializer.Deserialize(row.GetString(7), OrdersJson.Default.OrderLineArray)!,
        PlacedAt = row.GetFieldValue<DateTimeOffset>(8),
        PayBy = row.ValueOrNull<DateTimeOffset>(9),
        ChangedAt = row.GetFieldValue<DateTimeOffset>(10),
        Payment = row.ValueOrNull<long>(11),
        Adjustments = row.GetString(12) is var json and not "[]"
            ? JsonSerializer.Deserialize(json, OrdersJson.Default.AdjustmentArray)!
            : [],
        Checkout = row.ValueOrNull<long>(13),
        ShipTo = row.IsDBNull(14)
            ? null
            : JsonSerializer.Deserialize(row.GetString(14), OrdersJson.Default.PostalAddress),
        Email = row.IsDBNull(15) ? null : row.GetString(15),
        AddressKey = row.IsDBNull(16) ? null : row.GetString(16),
        RefundedMinor = row.GetInt64(17),
        RefundAskedMinor = row.GetInt64(18),
        Shipment = row.IsDBNull(19) ? null : JsonSerializer.Deserialize(row.GetString(19), OrdersJson.Default.Shipment),
        PayFirst = row.GetBoolean(20),
    };

    private static OrderStep[] ReadHistory(string json) =>
        JsonSerializer.Deserialize(json, OrdersJson.Default.OrderStepArray)!;
}
