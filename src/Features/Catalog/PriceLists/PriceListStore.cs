using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Catalog.PriceLists;

/// <summary>The rows of price lists, for those who run the shop. What somebody pays by them is read with the product, by
/// <see cref="CatalogStore"/>.</summary>
internal sealed class PriceListStore(
    [FromKeyedServices(CatalogFeature.SchemaName)] NpgsqlDataSource db, Ids ids, TimeProvider clock)
{
    private const string Select =
        """
        select l.id, l.code, l.name, l.currency, l.group_code, l.priority, l.starts_at, l.ends_at, l.is_active,
          (select count(*) from catalog.list_prices p where p.list_id = l.id), l.version, l.updated_at
        from catalog.price_lists l
        """;

    /// <summary>In order of their codes, above the cursor.</summary>
    /// <param name="group">Only this group's; null: all.</param>
    public Task<List<PriceList>> List(string? group, string after, int limit, CancellationToken cancel) => db.Query(
        $"{Select} where l.code > $1 and ($2::text is null or l.group_code = $2) order by l.code limit $3", Read, cancel,
        new() { Value = after }, new NpgsqlParameter<string?> { TypedValue = group }, new() { Value = limit });

    public Task<PriceList?> Find(string code, CancellationToken cancel) => db.QueryFirst(
        $"{Select} where l.code = $1", Read, cancel, new NpgsqlParameter { Value = code });

    /// <summary>For nobody else to change until the transaction ends.</summary>
    public static async Task<PriceList?> Lock(NpgsqlTransaction transaction, string code, CancellationToken cancel)
    {
        // The lock is a statement of its own: what the next one counts is younger.
        await transaction.Execute(
            "select from catalog.price_lists where code = $1 for update", cancel, new NpgsqlParameter { Value = code });
        return (await transaction.Query(
            $"{Select} where l.code = $1", Read, cancel, new NpgsqlParameter { Value = code })).FirstOrDefault();
    }

    /// <summary>In the order in which the variants were added, above the cursor.</summary>
    public Task<List<(long Variant, string Sku, string Title, long PriceMinor, string Currency, long ListMinor)>> ListPrices(
        long list, long after, int limit, CancellationToken cancel) => db.Query(
        """
        select v.id, v.sku, p.title, lp.price_minor, v.currency, v.price_minor
        from catalog.list_prices lp
        join catalog.variants v on v.id = lp.variant_id
        join catalog.products p on p.id = v.product_id
        where lp.list_id = $1 and lp.variant_id > $2
        order by lp.variant_id
        limit $3
        """,
        row => (row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetString(4), row.GetInt64(5)),
        cancel, new() { Value = list }, new() { Value = after }, new() { Value = limit });

    public static async Task<long> Count(NpgsqlTransaction transaction, CancellationToken cancel) => (await transaction.Query(
        "select count(*) from catalog.price_lists", row => row.GetInt64(0), cancel)).Single();

    /// <summary>Null when the code is taken. Id, version and time are given here.</summary>
    public async Task<PriceList?> Add(NpgsqlTransaction transaction, PriceList draft, CancellationToken cancel)
    {
        var list = draft with { Id = ids.Next(), Version = 1, UpdatedAt = clock.GetUtcNow() };
        return await transaction.Execute(
            """
            insert into catalog.price_lists
              (id, code, name, currency, group_code, priority, starts_at, ends_at, is_active, updated_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            on conflict (code) do nothing
            """,
            cancel,
            new() { Value = list.Id }, new() { Value = list.Code }, new() { Value = list.Name }, new() { Value = list.Currency },
            new() { Value = list.Group }, new() { Value = list.Priority }, Time(list.StartsAt), Time(list.EndsAt),
            new() { Value = list.IsActive }, new() { Value = list.UpdatedAt }) == 1
                ? list
                : null;
    }

    /// <summary>All but code and currency, in a new version.</summary>
    public async Task<PriceList> Write(NpgsqlTransaction transaction, PriceList list, CancellationToken cancel)
    {
        var written = list with { Version = list.Version + 1, UpdatedAt = clock.GetUtcNow() };
        await transaction.Execute(
            """
            update catalog.price_lists
            set name = $2, group_code = $3, priority = $4, starts_at = $5, ends_at = $6, is_active = $7, version = $8,
              updated_at = $9
            where id = $1
            """,
            cancel,
            new() { Value = list.Id }, new() { Value = list.Name }, new() { Value = list.Group },
            new() { Value = list.Priority }, Time(list.StartsAt), Time(list.EndsAt), new() { Value = list.IsActive },
            new() { Value = written.Version }, new() { Value = written.UpdatedAt });
        return written;
    }

    public static Task Remove(NpgsqlTransaction transaction, long list, CancellationToken cancel) => transaction.Execute(
        "delete from catalog.price_lists where id = $1", cancel, new NpgsqlParameter { Value = list });

    /// <summary>The variant, and what it costs by the list (null: it is not in it); null when there is no such variant.</summary>
    public static async Task<PricedVariant?> FindPrice(
        NpgsqlTransaction transaction, long list, string sku, CancellationToken cancel) => (await transaction.Query(
        """
        select v.sku, p.title, v.price_minor, v.currency, lp.price_minor
        from catalog.variants v
        join catalog.products p on p.id = v.product_id
        left join catalog.list_prices lp on lp.variant_id = v.id and lp.list_id = $1
        where v.sku = $2
        """,
        row => new PricedVariant(row.GetString(0), row.GetString(1), new(row.GetInt64(2), row.GetString(3)), row.ValueOrNull<long>(4)),
        cancel, new() { Value = list }, new() { Value = sku })).FirstOrDefault();

    /// <summary>How many are otherwise now. Those of other currencies than the list's are left out.</summary>
    public static Task<int> SetPrices(
        NpgsqlTransaction transaction, PriceList list, IReadOnlyList<(string Sku, long PriceMinor)> prices,
        CancellationToken cancel) => transaction.Execute(
        """
        insert into catalog.list_prices (list_id, variant_id, price_minor)
        select $1, v.id, i.price_minor
        from unnest($2, $3) as i (sku, price_minor)
        join catalog.variants v on v.sku = i.sku and v.currency = $4
        order by v.id
        on conflict (list_id, variant_id) do update set price_minor = excluded.price_minor
          where list_prices.price_minor <> excluded.price_minor
        """,
        cancel, new() { Value = list.Id }, new() { Value = prices.Select(price => price.Sku).ToArray() },
        new() { Value = prices.Select(price => price.PriceMinor).ToArray() }, new() { Value = list.Currency });

    /// <summary>How many there were.</summary>
    public static Task<int> RemovePrices(
        NpgsqlTransaction transaction, long list, IReadOnlyList<string> skus, CancellationToken cancel) => transaction.Execute(
        """
        delete from catalog.list_prices
        where list_id = $1 and variant_id in (select id from catalog.variants where sku = any($2))
        """,
        cancel, new() { Value = list }, new() { Value = skus.ToArray() });

    public static async Task<long> CountPrices(NpgsqlTransaction transaction, long list, CancellationToken cancel) =>
        (await transaction.Query(
            "select count(*) from catalog.list_prices where list_id = $1", row => row.GetInt64(0), cancel,
            new NpgsqlParameter { Value = list })).Single();

    private static NpgsqlParameter Time(DateTimeOffset? time) =>
        new() { Value = (object?)time?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    private static PriceList Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetInt32(5),
        row.ValueOrNull<DateTimeOffset>(6), row.ValueOrNull<DateTimeOffset>(7), row.GetBoolean(8), row.GetInt64(9),
        row.GetInt64(10), row.GetFieldValue<DateTimeOffset>(11));
}

/// <param name="List">What everybody pays without a promotion.</param>
/// <param name="PriceMinor">By the price list; null: it is not in it.</param>
internal sealed record PricedVariant(string Sku, string Title, MoneyView List, long? PriceMinor);
