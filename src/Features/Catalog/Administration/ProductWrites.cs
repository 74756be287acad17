using System.Text.Json;
using Doorbuster.Catalog.Images;
using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Catalog.Administration;

/// <summary>The statements behind the changes of products. Who calls has locked the product, or makes it.</summary>
internal sealed class ProductWrites(Ids ids, TimeProvider clock)
{
    public static async Task<long?> FindCategory(NpgsqlTransaction transaction, string slug, CancellationToken cancel) =>
        (await transaction.Query(
            "select id from catalog.categories where slug = $1", row => row.GetInt64(0), cancel,
            new NpgsqlParameter { Value = slug })) is [var id] ? id : null;

    /// <summary>Null when the SKU is taken.</summary>
    public async Task<long?> AddProduct(
        NpgsqlTransaction transaction, string sku, CreateProduct.Request request, long category, CancellationToken cancel)
    {
        var id = ids.Next();
        var added = await transaction.Execute(
            """
            insert into catalog.products
              (id, sku, title, description, category_id, images, is_published, attributes, version, created_at, updated_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $9)
            on conflict (sku) do nothing
            """,
            cancel,
            new() { Value = id }, new() { Value = sku }, new() { Value = request.Title }, new() { Value = request.Description },
            new() { Value = category }, ProductImages.Parameter(request.Images ?? []), new() { Value = request.Published },
            Json(request.Attributes?.GetRawText() ?? "{}"), new() { Value = clock.GetUtcNow() });
        return added == 1 ? id : null;
    }

    /// <summary>The new variants' stock, which their pools must be told; null when a SKU is taken.</summary>
    public async Task<List<PendingStock>?> AddVariants(
        NpgsqlTransaction transaction, long product, IReadOnlyList<NewVariant.Body> variants, CancellationToken cancel)
    {
        var numbers = variants.Select(_ => ids.Next()).Order().ToArray();    // in the order they were given
        var added = await transaction.Query(
            """
            insert into catalog.variants (id, product_id, sku, options, price_minor, currency, stock, stock_pool, tax_class)
            select i.id, $1, i.sku, i.options::jsonb, i.price_minor, i.currency, i.stock, i.stock_pool, i.tax_class
            from unnest($2, $3, $4, $5, $6, $7, $8, $9)
              as i (id, sku, options, price_minor, currency, stock, stock_pool, tax_class)
            order by i.sku
            on conflict (sku) do nothing
            returning sku, stock_pool, stock
            """,
            row => new PendingStock(row.GetString(0), row.GetInt64(1), row.GetInt64(2), Told: null), cancel,
            new() { Value = product }, new() { Value = numbers },
            Column(variants, variant => CatalogRow.NormalizeSku(variant.Sku)!),
            Column(variants, variant => OptionsJson(NewVariant.OptionsOf(variant.Options))),
            Column(variants, variant => variant.Price.Amount), Column(variants, variant => variant.Price.Currency),
            Column(variants, variant => variant.Stock), Column(variants, _ => ids.Next()),
            Column(variants, variant => variant.TaxClass));
        return added.Count == variants.Count ? added : null;
    }

    public static Task ChangeProduct(
        NpgsqlTransaction transaction, long product, ChangeProduct.Request change, long? category, CancellationToken cancel) =>
        transaction.Execute(
            """
            update catalog.products set
              title = coalesce($2, title), description = coalesce($3, description), category_id = coalesce($4, category_id),
              is_published = coalesce($5, is_published), attributes = coalesce($6, attributes)
            where id = $1
            """,
            cancel,
            new() { Value = product }, Text(change.Title), Text(change.Description),
            new() { Value = (object?)category ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
            new() { Value = (object?)change.Published ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Boolean },
            Json(change.Attributes?.GetRawText()));

    /// <summary>These instead of what it showed.</summary>
    public static Task SetImages(
        NpgsqlTransaction transaction, long product, IReadOnlyList<ProductImages.Item> images, CancellationToken cancel) =>
        transaction.Execute(
            "update catalog.products set images = $2 where id = $1", cancel,
            new() { Value = product }, ProductImages.Parameter(images));

    public static Task ChangeVariant(
        NpgsqlTransaction transaction, string sku, ChangeVariant.Request change, CancellationToken cancel) => transaction.Execute(
            """
            update catalog.variants set
              options = coalesce($2, options), price_minor = coalesce($3, price_minor), currency = coalesce($4, currency),
              tax_class = coalesce($5, tax_class)
            where sku = $1
            """,
            cancel,
            new() { Value = sku },
            Json(change.Options is null ? null : OptionsJson(NewVariant.OptionsOf(change.Options))),
            new() { Value = (object?)change.Price?.Amount ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
            Text(change.Price?.Currency), Text(change.TaxClass));

    public static async Task RemoveVariant(NpgsqlTransaction transaction, string sku, CancellationToken cancel)
    {
        await transaction.Execute(
            "delete from catalog.timed_prices where variant_id = (select id from catalog.variants where sku = $1)", cancel,
            new NpgsqlParameter { Value = sku });
        await transaction.Execute(
            "delete from catalog.variants where sku = $1", cancel, new NpgsqlParameter { Value = sku });
    }

    public static async Task<PendingStock> SetStock(
        NpgsqlTransaction transaction, string sku, long stock, CancellationToken cancel) => (await transaction.Query(
            "update catalog.variants set stock = $2 where sku = $1 returning sku, stock_pool, stock, pool_stock",
            CatalogWriter.ReadPending, cancel, new() { Value = sku }, new() { Value = stock })).Single();

    /// <summary>These instead of what was planned for the variant.</summary>
    public async Task SetPrices(
        NpgsqlTransaction transaction, string sku, IReadOnlyList<SetPrices.Planned> prices, CancellationToken cancel)
    {
        await transaction.Execute(
            "delete from catalog.timed_prices where variant_id = (select id from catalog.variants where sku = $1)", cancel,
            new NpgsqlParameter { Value = sku });
        await transaction.Execute(
            """
            insert into catalog.timed_prices (id, variant_id, price_minor, currency, starts_at, ends_at)
            select i.id, v.id, i.price_minor, i.currency, i.starts_at, i.ends_at
            from unnest($2, $3, $4, $5, $6) as i (id, price_minor, currency, starts_at, ends_at)
            join catalog.variants v on v.sku = $1
            """,
            cancel,
            new() { Value = sku }, Column(prices, _ => ids.Next()), Column(prices, price => price.Price.Amount),
            Column(prices, price => price.Price.Currency), Times(prices.Select(price => price.From)),
            Times(prices.Select(price => price.Until)));
    }

    public static string OptionsJson(SortedDictionary<string, string> options) =>
        JsonSerializer.Serialize(options, CatalogJson.Default.SortedDictionaryStringString);

    internal static NpgsqlParameter Times(IEnumerable<DateTimeOffset?> times) => new()
    {
        Value = times.Select(time => time?.UtcDateTime).ToArray(),
        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz,
    };

    private static NpgsqlParameter Text(string? text) =>
        new() { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter Json(string? json) =>
        new() { Value = (object?)json ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Jsonb };

    private static NpgsqlParameter Column<TRow, T>(IReadOnlyList<TRow> rows, Func<TRow, T> value) =>
        new() { Value = rows.Select(value).ToArray() };
}
