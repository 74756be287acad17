using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Orders.Projections;

internal sealed record ProductRow(
    string Sku, string Currency, string Title, long OrderedUnits, long PaidUnits, long PaidMinor, long CancelledUnits,
    long RefundedUnits);

internal sealed record DayRow(
    DateOnly Day, string Currency, long Placed, long PlacedMinor, long Paid, long PaidMinor, long Cancelled,
    long Refunded, long RefundedMinor);

internal sealed record CustomerRow(
    long Person, string Currency, long Orders, long SpentMinor, long RefundedMinor, DateTimeOffset LastSeen);

/// <summary>The projections' tables, in the main database.</summary>
internal sealed class ProjectionStore([FromKeyedServices(OrdersFeature.SchemaName)] NpgsqlDataSource db)
{
    /// <summary>Shared by those who add; alone for who rebuilds, and no bucket moves meanwhile.</summary>
    public const long Lock = 0x446F_6F72_5072_6F6A;

    private const int Slots = 8;

    /// <summary>Rows are locked in one order: days, products, customers, pairs of products, each by key.</summary>
    public static async Task Add(NpgsqlTransaction transaction, OrderTally tally, CancellationToken cancel)
    {
        var slot = Environment.CurrentManagedThreadId % Slots;
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        if (tally.Days.Count > 0)
            batch.BatchCommands.Add(AddDays(tally, slot));
        if (tally.Products.Count > 0)
            batch.BatchCommands.Add(AddProducts(tally, slot));
        if (tally.Customers.Count > 0)
            batch.BatchCommands.Add(AddCustomers(tally));
        if (tally.Together.Count > 0)
            batch.BatchCommands.Add(AddTogether(tally, slot));
        if (batch.BatchCommands.Count > 0)
            await batch.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>The products after this one, by SKU and currency.</summary>
    public Task<List<ProductRow>> Products(string sku, string currency, int count, CancellationToken cancel) =>
        db.Query(
            """
            select sku, currency, max(title), sum(ordered_units)::bigint, sum(paid_units)::bigint,
                   sum(paid_minor)::bigint, sum(cancelled_units)::bigint, sum(refunded_units)::bigint
            from orders.by_product
            where (sku, currency) > ($1, $2)
            group by sku, currency
            order by sku, currency
            limit $3
            """,
            row => new ProductRow(
                row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetInt64(4),
                row.GetInt64(5), row.GetInt64(6), row.GetInt64(7)),
            cancel, new() { Value = sku }, new() { Value = currency }, new() { Value = count });

    /// <summary>The days before this one, from the newest down.</summary>
    public Task<List<DayRow>> Days(DateOnly day, string currency, int count, CancellationToken cancel) => db.Query(
        """
        select day, currency, sum(placed)::bigint, sum(placed_minor)::bigint, sum(paid)::bigint,
               sum(paid_minor)::bigint, sum(cancelled)::bigint, sum(refunded)::bigint, sum(refunded_minor)::bigint
        from orders.by_day
        where (day, currency) < ($1, $2)
        group by day, currency
        order by day desc, currency desc
        limit $3
        """,
        row => new DayRow(
            row.GetFieldValue<DateOnly>(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4),
            row.GetInt64(5), row.GetInt64(6), row.GetInt64(7), row.GetInt64(8)),
        cancel, new() { Value = day }, new() { Value = currency }, new() { Value = count });

    /// <summary>The customers after this one, by id.</summary>
    public Task<List<CustomerRow>> Customers(long person, string currency, int count, CancellationToken cancel) =>
        db.Query(
            """
            select person, currency, orders, spent_minor, refunded_minor, last_seen
            from orders.customers
            where (person, currency) > ($1, $2)
            order by person, currency
            limit $3
            """,
            row => new CustomerRow(
                row.GetInt64(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4),
                row.GetFieldValue<DateTimeOffset>(5)),
            cancel, new() { Value = person }, new() { Value = currency }, new() { Value = count });

    /// <summary>What was paid for together with any of these, the most often first.</summary>
    public Task<List<string>> BoughtWith(string[] skus, int count, CancellationToken cancel) => db.Query(
        """
        select other from orders.bought_together
        where sku = any($1) and other <> all($1)
        group by other having sum(orders) > 0
        order by sum(orders) desc, other
        limit $2
        """,
        row => row.GetString(0), cancel, new() { Value = skus }, new() { Value = count });

    private static NpgsqlBatchCommand AddDays(OrderTally tally, int slot)
    {
        var rows = tally.Days.OrderBy(row => row.Key).ToList();
        return Command(
            """
            insert into orders.by_day as d
              (day, currency, slot, placed, placed_minor, paid, paid_minor, cancelled, refunded, refunded_minor)
            select r.day, r.currency, $1, r.placed, r.placed_minor, r.paid, r.paid_minor, r.cancelled, r.refunded,
                   r.refunded_minor
            from unnest($2, $3, $4, $5, $6, $7, $8, $9, $10)
              as r (day, currency, placed, placed_minor, paid, paid_minor, cancelled, refunded, refunded_minor)
            order by r.day, r.currency
            on conflict (day, currency, slot) do update set
              placed = d.placed + excluded.placed, placed_minor = d.placed_minor + excluded.placed_minor,
              paid = d.paid + excluded.paid, paid_minor = d.paid_minor + excluded.paid_minor,
              cancelled = d.cancelled + excluded.cancelled, refunded = d.refunded + excluded.refunded,
              refunded_minor = d.refunded_minor + excluded.refunded_minor
            """,
            slot, Column(rows, row => row.Key.Day), Column(rows, row => row.Key.Currency),
            Column(rows, row => row.Value.Placed), Column(rows, row => row.Value.PlacedMinor),
            Column(rows, row => row.Value.Paid), Column(rows, row => row.Value.PaidMinor),
            Column(rows, row => row.Value.Cancelled), Column(rows, row => row.Value.Refunded),
            Column(rows, row => row.Value.RefundedMinor));
    }

    private static NpgsqlBatchCommand AddProducts(OrderTally tally, int slot)
    {
        var rows = tally.Products.OrderBy(row => row.Key.Sku, StringComparer.Ordinal).ToList();
        return Command(
            """
            insert into orders.by_product as p
              (sku, currency, slot, title, ordered_units, paid_units, paid_minor, cancelled_units, refunded_units)
            select r.sku, r.currency, $1, r.title, r.ordered, r.paid, r.paid_minor, r.cancelled, r.refunded
            from unnest($2, $3, $4, $5, $6, $7, $8, $9)
              as r (sku, currency, title, ordered, paid, paid_minor, cancelled, refunded)
            order by r.sku collate "C", r.currency
            on conflict (sku, currency, slot) do update set
              title = excluded.title, ordered_units = p.ordered_units + excluded.ordered_units,
              paid_units = p.paid_units + excluded.paid_units, paid_minor = p.paid_minor + excluded.paid_minor,
              cancelled_units = p.cancelled_units + excluded.cancelled_units,
              refunded_units = p.refunded_units + excluded.refunded_units
            """,
            slot, Column(rows, row => row.Key.Sku), Column(rows, row => row.Key.Currency),
            Column(rows, row => row.Value.Title), Column(rows, row => row.Value.OrderedUnits),
            Column(rows, row => row.Value.PaidUnits), Column(rows, row => row.Value.PaidMinor),
            Column(rows, row => row.Value.CancelledUnits), Column(rows, row => row.Value.RefundedUnits));
    }

    private static NpgsqlBatchCommand AddCustomers(OrderTally tally)
    {
        var rows = tally.Customers.ToList();
        return Command(
            """
            insert into orders.customers as c (person, currency, orders, spent_minor, refunded_minor, last_seen)
            select r.person, r.currency, r.orders, r.spent, r.refunded, r.last_seen
            from unnest($1, $2, $3, $4, $5, $6) as r (person, currency, orders, spent, refunded, last_seen)
            order by r.person, r.currency
            on conflict (person, currency) do update set
              orders = c.orders + excluded.orders, spent_minor = c.spent_minor + excluded.spent_minor,
              refunded_minor = c.refunded_minor + excluded.refunded_minor,
              last_seen = greatest(c.last_seen, excluded.last_seen)
            """,
            Column(rows, row => row.Key.Person), Column(rows, row => row.Key.Currency),
            Column(rows, row => row.Value.Orders), Column(rows, row => row.Value.SpentMinor),
            Column(rows, row => row.Value.RefundedMinor), Column(rows, row => row.Value.LastSeen.UtcDateTime));
    }

    private static NpgsqlBatchCommand AddTogether(OrderTally tally, int slot)
    {
        var rows = tally.Together.ToList();
        return Command(
            """
            insert into orders.bought_together as b (sku, other, slot, orders)
            select r.sku, r.other, $1, r.orders
            from unnest($2, $3, $4) as r (sku, other, orders)
            order by r.sku collate "C", r.other collate "C"
            on conflict (sku, other, slot) do update set orders = b.orders + excluded.orders
            """,
            slot, Column(rows, row => row.Key.Sku), Column(rows, row => row.Key.Other), Column(rows, row => row.Value));
    }

    private static TColumn[] Column<TRow, TColumn>(List<TRow> rows, Func<TRow, TColumn> value) =>
        [.. rows.Select(value)];

    private static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(value is DateTime[]? new NpgsqlParameter { Value = value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz }
                : new NpgsqlParameter { Value = value });
        return command;
    }
}
