using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.FlashSales;

internal sealed class SaleStore([FromKeyedServices(FlashSalesFeature.SchemaName)] NpgsqlDataSource db)
{
    private const string Columns =
        """
        id, sku, title, units, limit_per_person, price_minor, currency, hold_s, opens_at, closes_at, state, version,
        applied, sold_out_at, sold_out_last_at
        """;

    public ValueTask<NpgsqlConnection> Connect(CancellationToken cancel) => db.OpenConnectionAsync(cancel);

    public Task<FlashSale?> Find(long id, CancellationToken cancel) => db.QueryFirst(
        $"select {Columns} from flash_sales.sales where id = $1", Read, cancel, new NpgsqlParameter { Value = id });

    public Task<FlashSale?> FindByRequest(string requestKey, CancellationToken cancel) => db.QueryFirst(
        $"select {Columns} from flash_sales.sales where request_key = $1",
        Read, cancel, new NpgsqlParameter { Value = requestKey });

    /// <summary>Newest first, below the cursor.</summary>
    public Task<List<FlashSale>> List(long before, int limit, CancellationToken cancel) => db.Query(
        $"select {Columns} from flash_sales.sales where id < $1 order by id desc limit $2",
        Read, cancel, new NpgsqlParameter { Value = before }, new NpgsqlParameter { Value = limit });

    /// <summary>Sales whose pool has not got their last version: somebody stopped in between.</summary>
    public Task<List<FlashSale>> ListPending(int limit, CancellationToken cancel) => db.Query(
        $"select {Columns} from flash_sales.sales where applied < version order by id limit $1",
        Read, cancel, new NpgsqlParameter { Value = limit });

    /// <summary>Sales that are open or will be, the next one first.</summary>
    public Task<List<FlashSale>> ListCurrent(DateTimeOffset now, int limit, CancellationToken cancel) => db.Query(
        $"""
        select {Columns} from flash_sales.sales
        where state <> 2 and (closes_at is null or closes_at > $1)
        order by opens_at desc limit $2
        """,
        Read, cancel, new NpgsqlParameter { Value = now }, new NpgsqlParameter { Value = limit });

    /// <summary>Notes that it has just sold out; several processes may see it at once.</summary>
    public Task NoteSoldOut(long id, DateTimeOffset now, CancellationToken cancel) => db.Execute(
        """
        update flash_sales.sales set sold_out_at = coalesce(sold_out_at, $2), sold_out_last_at = $2
        where id = $1 and (sold_out_last_at is null or sold_out_last_at < $2)
        """,
        cancel, new NpgsqlParameter { Value = id }, new NpgsqlParameter { Value = now });

    /// <summary>False when the same request made its sale before.</summary>
    public async Task<bool> Insert(
        FlashSale sale, string? requestKey, string by, DateTimeOffset now, CancellationToken cancel) =>
        await db.ExecuteAudited(
            new("sale.create", sale.PublicId, null, SaleDesk.Facts(sale)),
            """
            with made as (
              insert into flash_sales.sales (id, sku, title, units, limit_per_person, price_minor, currency, hold_s,
                                             opens_at, closes_at, state, made_at, request_key)
              values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
              on conflict (request_key) do nothing
              returning id)
            insert into flash_sales.changes (sale, version, units, opens_at, closes_at, state, changed_at, changed_by)
            select id, 1, $4, $9, $10, $11, $12, $14 from made
            """,
            cancel,
            new NpgsqlParameter { Value = sale.Id },
            new NpgsqlParameter { Value = sale.Sku },
            new NpgsqlParameter { Value = sale.Title },
            new NpgsqlParameter { Value = sale.Units },
            OrNull(sale.LimitPerPerson, NpgsqlDbType.Integer),
            new NpgsqlParameter { Value = sale.Price.Minor },
            new NpgsqlParameter { Value = sale.Price.Currency },
            new NpgsqlParameter { Value = (int)sale.Hold.TotalSeconds },
            new NpgsqlParameter { Value = sale.OpensAt },
            OrNull(sale.ClosesAt, NpgsqlDbType.TimestampTz),
            new NpgsqlParameter { Value = (short)sale.State },
            new NpgsqlParameter { Value = now },
            new NpgsqlParameter { Value = (object?)requestKey ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            new NpgsqlParameter { Value = by }) > 0;

    /// <summary>Writes the next version; false when another change came first.</summary>
    /// <param name="old">What the change began with.</param>
    public async Task<bool> Change(
        FlashSale old, FlashSale next, string by, DateTimeOffset now, CancellationToken cancel) =>
        await db.ExecuteAudited(
            AuditNote.Of("sale.change", next.PublicId, SaleDesk.Facts(old), SaleDesk.Facts(next)),
            """
            with changed as (
              update flash_sales.sales set units = $3, opens_at = $4, closes_at = $5, state = $6, version = $2
              where id = $1 and version = $2 - 1
              returning id)
            insert into flash_sales.changes (sale, version, units, opens_at, closes_at, state, changed_at, changed_by)
            select id, $2, $3, $4, $5, $6, $7, $8 from changed
            """,
            cancel,
            new NpgsqlParameter { Value = next.Id },
            new NpgsqlParameter { Value = next.Version },
            new NpgsqlParameter { Value = next.Units },
            new NpgsqlParameter { Value = next.OpensAt },
            OrNull(next.ClosesAt, NpgsqlDbType.TimestampTz),
            new NpgsqlParameter { Value = (short)next.State },
            new NpgsqlParameter { Value = now },
            new NpgsqlParameter { Value = by }) > 0;

    /// <summary>The sale, locked: the one who holds it carries it to the pool.</summary>
    public static async Task<FlashSale?> Lock(NpgsqlTransaction transaction, long id, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            $"select {Columns} from flash_sales.sales where id = $1 for update", transaction.Connection, transaction);
        command.Parameters.Add(new NpgsqlParameter { Value = id });
        await using var row = await command.ExecuteReaderAsync(cancel);
        return await row.ReadAsync(cancel) ? Read(row) : null;
    }

    public static Task MarkApplied(NpgsqlTransaction transaction, FlashSale sale, CancellationToken cancel) =>
        transaction.Execute(
            "update flash_sales.sales set applied = $2 where id = $1",
            cancel, new NpgsqlParameter { Value = sale.Id }, new NpgsqlParameter { Value = sale.Version });

    /// <summary>The pool refused the last version: goes on with what it has, as a version of its own.</summary>
    public static Task Restore(
        NpgsqlTransaction transaction, FlashSale sale, DateTimeOffset now, CancellationToken cancel) =>
        transaction.Execute(
            """
            with kept as (select * from flash_sales.changes where sale = $1 and version = $2),
            restored as (
              update flash_sales.sales s
              set units = k.units, opens_at = k.opens_at, closes_at = k.closes_at, state = k.state,
                  version = s.version + 1, applied = s.version + 1
              from kept k where s.id = k.sale
              returning s.id, s.version)
            insert into flash_sales.changes (sale, version, units, opens_at, closes_at, state, changed_at, changed_by)
            select r.id, r.version, k.units, k.opens_at, k.closes_at, k.state, $3, 'refused by the pool'
            from restored r join kept k on k.sale = r.id
            """,
            cancel,
            new NpgsqlParameter { Value = sale.Id },
            new NpgsqlParameter { Value = sale.Applied },
            new NpgsqlParameter { Value = now });

    private static NpgsqlParameter OrNull<T>(T? value, NpgsqlDbType type) where T : struct =>
        new() { Value = value is { } there ? there : DBNull.Value, NpgsqlDbType = type };

    private static FlashSale Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetInt64(0),
        Sku = row.GetString(1),
        Title = row.GetString(2),
        Units = row.GetInt64(3),
        LimitPerPerson = row.ValueOrNull<int>(4),
        Price = new Money(row.GetInt64(5), row.GetString(6)),
        Hold = TimeSpan.FromSeconds(row.GetInt32(7)),
        OpensAt = row.GetFieldValue<DateTimeOffset>(8),
        ClosesAt = row.ValueOrNull<DateTimeOffset>(9),
        State = (PoolState)row.GetInt16(10),
        Version = row.GetInt32(11),
        Applied = row.GetInt32(12),
        SoldOutAt = row.ValueOrNull<DateTimeOffset>(13),
        SoldOutLastAt = row.ValueOrNull<DateTimeOffset>(14),
    };
}
