using System.Text.Json;
using Doorbuster.Catalog.Images;
using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Catalog.Administration;

/// <summary>What those who run the shop read.</summary>
internal sealed class AdminStore([FromKeyedServices(CatalogFeature.SchemaName)] NpgsqlDataSource db, TimeProvider clock)
{
    private const string ProductSelect =
        """
        select p.id, p.sku, p.title, p.description, c.slug, p.images::text, p.is_published, p.attributes::text, p.version, p.updated_at,
          v.sku, v.options::text, v.price_minor, v.currency, v.tax_class, v.stock, timed.minors, timed.currencies, timed.starts,
          timed.ends
        from p
        join catalog.categories c on c.id = p.category_id
        join catalog.variants v on v.product_id = p.id
        left join lateral (
          select array_agg(t.price_minor order by t.starts_at nulls first) as minors,
            array_agg(t.currency order by t.starts_at nulls first) as currencies,
            array_agg(t.starts_at order by t.starts_at nulls first) as starts,
            array_agg(t.ends_at order by t.starts_at nulls first) as ends
          from catalog.timed_prices t where t.variant_id = v.id
        ) timed on true
        order by p.id, v.id
        """;

    private const string CategorySelect =
        """
        select c.slug, c.name, parent.slug, (select count(*) from catalog.products p where p.category_id = c.id), c.version
        from catalog.categories c
        left join catalog.categories parent on parent.id = c.parent_id
        """;

    private const string TaxRuleSelect =
        "select id, country, region, tax_class, title, rate_bp, version from catalog.tax_rules";

    public async Task<List<AdminViews.Product>> ListProducts(
        string? category, bool? published, long after, int limit, CancellationToken cancel) => Gather(await db.Query(
        $"""
        with p as (
          select * from catalog.products
          where id > $1 and ($2 is null or category_id = (select id from catalog.categories where slug = $2))
            and ($3 is null or is_published = $3)
          order by id
          limit $4
        )
        {ProductSelect}
        """,
        ReadProduct, cancel,
        new() { Value = after },
        new() { Value = (object?)category ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
        new() { Value = (object?)published ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Boolean },
        new() { Value = limit }));

    /// <param name="sku">Of any of its variants.</param>
    public async Task<AdminViews.Product?> FindProduct(string sku, CancellationToken cancel) => Gather(await db.Query(
        $"""
        with p as (
          select * from catalog.products where id = (select product_id from catalog.variants where sku = $1)
        )
        {ProductSelect}
        """,
        ReadProduct, cancel, new NpgsqlParameter { Value = sku })).FirstOrDefault();

    public async Task<AdminViews.Product> ReadProduct(NpgsqlTransaction transaction, long product, CancellationToken cancel) =>
        Gather(await transaction.Query(
            $"with p as (select * from catalog.products where id = $1) {ProductSelect}",
            ReadProduct, cancel, new NpgsqlParameter { Value = product })).Single();

    public async Task<List<AdminViews.Product>> ReadProducts(
        NpgsqlTransaction transaction, long[] products, CancellationToken cancel) => Gather(await transaction.Query(
            $"with p as (select * from catalog.products where id = any($1)) {ProductSelect}",
            ReadProduct, cancel, new NpgsqlParameter { Value = products }));

    public Task<List<AdminViews.Category>> ListCategories(string after, int limit, CancellationToken cancel) => db.Query(
        $"{CategorySelect} where c.slug > $1 order by c.slug limit $2", ReadCategory, cancel,
        new() { Value = after }, new() { Value = limit });

    public Task<AdminViews.Category?> FindCategory(string slug, CancellationToken cancel) => db.QueryFirst(
        $"{CategorySelect} where c.slug = $1", ReadCategory, cancel, new NpgsqlParameter { Value = slug });

    public static async Task<AdminViews.Category?> FindCategory(
        NpgsqlTransaction transaction, string slug, CancellationToken cancel) => (await transaction.Query(
            $"{CategorySelect} where c.slug = $1", ReadCategory, cancel, new NpgsqlParameter { Value = slug })).FirstOrDefault();

    public Task<List<AdminViews.TaxRule>> ListTaxRules(long after, int limit, CancellationToken cancel) => db.Query(
        $"{TaxRuleSelect} where id > $1 order by id limit $2", ReadTaxRule, cancel,
        new() { Value = after }, new() { Value = limit });

    public static Task<List<AdminViews.TaxRule>> ReadTaxRules(NpgsqlTransaction transaction, CancellationToken cancel) =>
        transaction.Query($"{TaxRuleSelect} order by id", ReadTaxRule, cancel);

    public Task<AdminViews.TaxRule?> FindTaxRule(long id, CancellationToken cancel) => db.QueryFirst(
        $"{TaxRuleSelect} where id = $1", ReadTaxRule, cancel, new NpgsqlParameter { Value = id });

    public static async Task<AdminViews.TaxRule?> LockTaxRule(NpgsqlTransaction transaction, long id, CancellationToken cancel) =>
        (await transaction.Query(
            $"{TaxRuleSelect} where id = $1 for update", ReadTaxRule, cancel, new NpgsqlParameter { Value = id })).FirstOrDefault();

    public async Task<AdminViews.Settings> ReadSettings(CancellationToken cancel) => (await db.QueryFirst(
        "select prices_include_tax, version from catalog.settings", ReadSettings, cancel))!;

    public static async Task<AdminViews.Settings> LockSettings(NpgsqlTransaction transaction, CancellationToken cancel) =>
        (await transaction.Query(
            "select prices_include_tax, version from catalog.settings for update", ReadSettings, cancel)).Single();

    /// <param name="before">Newest first, from here on back.</param>
    public Task<List<AdminViews.Change>> ListChanges(
        string? kind, string? subject, long before, int limit, CancellationToken cancel) => db.Query(
        """
        select id, at, person, kind, subject, action, before::text, after::text from catalog.changes
        where id < $1 and ($2 is null or kind = $2) and ($3 is null or subject = $3)
        order by id desc
        limit $4
        """,
        ReadChange, cancel,
        new() { Value = before },
        new() { Value = (object?)kind ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
        new() { Value = (object?)subject ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
        new() { Value = limit });

    private static List<AdminViews.Product> Gather(List<(AdminViews.Product Product, AdminViews.Variant Variant)> rows) =>
        [.. rows.GroupBy(row => row.Product.Id).Select(group =>
            group.First().Product with { Variants = [.. group.Select(row => row.Variant)] })];

    private (AdminViews.Product, AdminViews.Variant) ReadProduct(NpgsqlDataReader row) => (
        new AdminViews.Product(
            PublicId.Format(Product.IdPrefix, row.GetInt64(0)), row.GetString(1), row.GetString(2), row.GetString(3),
            row.GetString(4), ProductImages.Read(row.GetString(5)), row.GetBoolean(6),
            ReadJson(row.GetString(7)), [], row.GetInt64(8), row.GetFieldValue<DateTimeOffset>(9)),
        ReadVariant(row));

    private AdminViews.Variant ReadVariant(NpgsqlDataReader row)
    {
        var (list, currency) = (row.GetInt64(12), row.GetString(13));
        List<AdminViews.TimedPrice> timed = [];
        if (!row.IsDBNull(16))
        {
            var (minors, currencies) = (row.GetFieldValue<long[]>(16), row.GetFieldValue<string[]>(17));
            var (starts, ends) = (row.GetFieldValue<DateTime?[]>(18), row.GetFieldValue<DateTime?[]>(19));
            for (var i = 0; i < minors.Length; i++)
                timed.Add(new(new(minors[i], currencies[i]), starts[i], ends[i]));
        }
        var prices = new Prices(list, currency, [.. timed.Where(price => price.Price.Currency == currency)
            .Select(price => new TimedPrice(price.Price.Amount, price.From, price.Until))]);
        return new(
            row.GetString(10), CatalogStore.ReadOptions(row.GetString(11)), new(list, currency),
            new(prices.At(clock.GetUtcNow()), currency), row.GetString(14), row.GetInt64(15), timed);
    }

    private static AdminViews.Category ReadCategory(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetInt64(3), row.GetInt64(4));

    private static AdminViews.TaxRule ReadTaxRule(NpgsqlDataReader row) => new(
        PublicId.Format(TaxRules.IdPrefix, row.GetInt64(0)), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4),
        row.GetInt32(5), row.GetInt64(6));

    private static AdminViews.Settings ReadSettings(NpgsqlDataReader row) => new(row.GetBoolean(0), row.GetInt64(1));

    private static AdminViews.Change ReadChange(NpgsqlDataReader row) => new(
        PublicId.Format(ChangeLog.IdPrefix, row.GetInt64(0)), row.GetFieldValue<DateTimeOffset>(1),
        row.ValueOrNull<long>(2) is { } person ? PublicId.Format(ChangeLog.PersonPrefix, person) : null,
        row.GetString(3), row.GetString(4), row.GetString(5),
        row.IsDBNull(6) ? null : ReadJson(row.GetString(6)), row.IsDBNull(7) ? null : ReadJson(row.GetString(7)));

    private static JsonElement ReadJson(string json) => JsonElement.Parse(json);
}
