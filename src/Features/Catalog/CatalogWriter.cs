using System.Text.Json;
using Doorbuster.Catalog.Administration;
using Doorbuster.Catalog.Images;
using Doorbuster.Contracts.Catalog;
using Doorbuster.Platform;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Catalog;

/// <summary>
/// Writes rows in batches, each in one transaction and a handful of statements. A row that says what is there already changes
/// nothing, not even a version. In order of SKU, so that two writers wait for each other instead of deadlocking.
/// </summary>
internal sealed class CatalogWriter(
    [FromKeyedServices(CatalogFeature.SchemaName)] NpgsqlDataSource db, AdminStore admin, ChangeLog log, Ids ids,
    TimeProvider clock)
{
    public const int BatchMax = 500;

    /// <summary>The category's id, made with those above it when missing.</summary>
    public async Task<long> EnsureCategory(string path, CancellationToken cancel)
    {
        var names = CategoryPath.Parse(path) ?? throw new ArgumentException($"'{path}' is no category.", nameof(path));
        long? parent = null;
        for (var level = 1; level <= names.Length; level++)
        {
            var found = await db.Query(
                """
                with made as (
                  insert into catalog.categories (id, parent_id, slug, name) values ($1, $2, $3, $4)
                  on conflict (slug) do nothing
                  returning id
                )
                select id from made union all select id from catalog.categories where slug = $3
                """,
                row => row.GetInt64(0), cancel,
                new() { Value = ids.Next() },
                new() { Value = (object?)parent ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
                new() { Value = CategoryPath.SlugOf(names.AsSpan(0, level)) },
                new() { Value = names[level - 1] });
            // Nothing at all: another process made it between the two looks.
            parent = found.Count > 0 ? found[0] : null;
            if (parent is null)
                level--;
        }
        return parent!.Value;
    }

    /// <param name="rows">No SKU twice, at most <see cref="BatchMax"/>.</param>
    /// <param name="categories">Id by path, for every row that leads its product.</param>
    public async Task<WrittenBatch> Write(
        IReadOnlyList<CatalogRow> rows, IReadOnlyDictionary<string, long> categories, long defaultStock, CancellationToken cancel)
    {
        var ordered = rows.OrderBy(row => row.Sku, StringComparer.Ordinal).ToArray();
        // In microseconds, as PostgreSQL keeps them, and one for the whole batch: below it says what the batch has touched.
        var now = new DateTimeOffset(clock.GetUtcNow().Ticks / 10 * 10, TimeSpan.Zero);
        var places = PlacesOf(rows);
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);

        // Who changes a product has locked it before its variants; so do we, in one order.
        var there = await transaction.Query(
            "select id from catalog.products where sku = any($1) order by id for update", row => row.GetInt64(0), cancel,
            Column(ordered, row => row.Product));
        var before = there.Count > 0 ? await admin.ReadProducts(transaction, [.. there], cancel) : [];
        var touched = await WriteProducts(transaction, [.. ordered.Where(row => row.Leads)], categories, places, now, cancel);
        var variants = await WriteVariants(transaction, ordered, places, defaultStock, cancel);
        variants.AddRange(await WritePrices(transaction, [.. ordered.Where(row => row.Sale is not null)], cancel));

        // A product's version counts its variants' changes too; not twice in one batch.
        await transaction.Execute(
            """
            update catalog.products set version = version + 1, updated_at = $2
            where id = any($1) and updated_at <> $2
            """,
            cancel,
            new() { Value = variants.Select(v => v.Product).Distinct().Order().ToArray() }, new() { Value = now });
        var products = touched.Select(product => product.Id).Concat(variants.Select(variant => variant.Product)).Distinct().ToArray();
        if (products.Length > 0)
            await transaction.Publish(new CatalogChanged
            {
                Products = products,
                What = variants.Count > 0 ? [Editing.Content, Editing.Price, Editing.Stock] : [Editing.Content],
                At = now,
            }, cancel);
        await NoteChanges(transaction, before, products, cancel);
        await transaction.CommitAsync(cancel);

        var added = variants.Where(v => v.IsAdded).Select(v => v.Sku).ToHashSet();
        var changed = variants.Where(v => !v.IsAdded).Select(v => v.Sku).Concat(touched.Select(p => p.Sku)).Where(sku => !added.Contains(sku)).ToHashSet();
        return new(added, changed, await FindLost(ordered, cancel));
    }

    /// <summary>On record: that a file came in, and what it brought.</summary>
    public async Task NoteImport(string file, AdminViews.Import import, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await log.Note(transaction, null, ChangeLog.OfImport, file, null, import, CatalogJson.Default.Import, cancel);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>The variants whose pool does not know their stock yet.</summary>
    public Task<List<PendingStock>> ListPendingStock(string[] skus, CancellationToken cancel) => db.Query(
        """
        select sku, stock_pool, stock, pool_stock from catalog.variants
        where sku = any($1) and pool_stock is distinct from stock
        """,
        ReadPending, cancel, new NpgsqlParameter { Value = skus });

    /// <summary>The same for all, e.g. after a process died between the catalog and the pools.</summary>
    public Task<List<PendingStock>> ListPendingStock(int limit, CancellationToken cancel) => db.Query(
        """
        select sku, stock_pool, stock, pool_stock from catalog.variants
        where pool_stock is distinct from stock
        order by id limit $1
        """,
        ReadPending, cancel, new NpgsqlParameter { Value = limit });

    /// <summary>The stock of these pools that they do not know, for nobody else to tell them.</summary>
    public async Task<Telling> BeginTelling(long[] pools, CancellationToken cancel)
    {
        var connection = await db.OpenConnectionAsync(cancel);
        try
        {
            var transaction = await connection.BeginTransactionAsync(cancel);
            // In one order, so that two who tell wait for each other instead of deadlocking; and before we look, so that we see
            // what the one before us told.
            await transaction.Execute(
                "select pg_advisory_xact_lock(pool) from unnest($1) as pool", cancel,
                new NpgsqlParameter { Value = pools.Order().ToArray() });
            var pending = await transaction.Query(
                """
                select sku, stock_pool, stock, pool_stock from catalog.variants
                where stock_pool = any($1) and pool_stock is distinct from stock
                """,
                ReadPending, cancel, new NpgsqlParameter { Value = pools });
            return new(connection, transaction, ids, clock, pending);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>The stock pool of a variant, or null.</summary>
    public async Task<long?> FindPool(string sku, CancellationToken cancel) => (await db.Query(
        "select stock_pool from catalog.variants where sku = $1", row => row.GetInt64(0), cancel,
        new NpgsqlParameter { Value = sku })) is [var pool] ? pool : null;

    /// <summary>The pool is told its stock again, by whoever does so next.</summary>
    public Task ForgetTold(long pool, CancellationToken cancel) => db.Execute(
        "update catalog.variants set pool_stock = null where stock_pool = $1", cancel, new NpgsqlParameter { Value = pool });

    public static Task StockTold(NpgsqlTransaction transaction, IReadOnlyList<PendingStock> told, CancellationToken cancel) =>
        transaction.Execute(
            """
            update catalog.variants v set pool_stock = told.stock
            from unnest($1, $2) as told (pool, stock)
            where v.stock_pool = told.pool
            """,
            cancel, new() { Value = told.Select(stock => stock.Pool).ToArray() },
            new() { Value = told.Select(stock => stock.Stock).ToArray() });

    /// <summary>Those that are not there yet; what somebody changed stays.</summary>
    public Task<int> AddTaxRules(
        IReadOnlyList<(string Country, string Region, string TaxClass, string Title, int RateBasisPoints)> rules,
        CancellationToken cancel) => db.Execute(
        """
        insert into catalog.tax_rules (id, country, region, tax_class, title, rate_bp)
        select * from unnest($1, $2, $3, $4, $5, $6)
        on conflict (country, region, tax_class) do nothing
        """,
        cancel,
        new() { Value = rules.Select(_ => ids.Next()).ToArray() }, new() { Value = rules.Select(rule => rule.Country).ToArray() },
        new() { Value = rules.Select(rule => rule.Region).ToArray() }, new() { Value = rules.Select(rule => rule.TaxClass).ToArray() },
        new() { Value = rules.Select(rule => rule.Title).ToArray() },
        new() { Value = rules.Select(rule => rule.RateBasisPoints).ToArray() });

    // What was there and is otherwise now. What is new stands in the file, and the note of the import counts it.
    private async Task NoteChanges(
        NpgsqlTransaction transaction, List<AdminViews.Product> before, long[] touched, CancellationToken cancel)
    {
        var were = before.ToDictionary(Editing.IdOf);
        var ids = touched.Where(were.ContainsKey).ToArray();
        if (ids.Length > 0)
            await log.NoteChanged(
                transaction, ChangeLog.OfProduct,
                (await admin.ReadProducts(transaction, ids, cancel)).Select(now => (now.Sku, were[Editing.IdOf(now)], now)),
                CatalogJson.Default.AdminProduct, cancel);
    }

    private static async Task<List<(string Sku, long Id)>> WriteProducts(
        NpgsqlTransaction transaction, CatalogRow[] rows, IReadOnlyDictionary<string, long> categories,
        Dictionary<string, long> places, DateTimeOffset now, CancellationToken cancel) =>
        rows.Length == 0 ? [] : await transaction.Query(
            """
            insert into catalog.products as p
              (id, sku, title, description, category_id, images, is_published, attributes, version, created_at, updated_at)
            select i.id, i.sku, i.title, i.description, i.category_id, coalesce(i.images::jsonb, known.images, '[]'), i.is_published,
              coalesce(i.attributes::jsonb, known.attributes, '{}'), 1, $9, $9
            from unnest($1, $2, $3, $4, $5, $6, $7, $8)
              as i (id, sku, title, description, category_id, images, is_published, attributes)
            left join catalog.products known on known.sku = i.sku
            order by i.sku
            on conflict (sku) do update set
              title = excluded.title, description = excluded.description, category_id = excluded.category_id,
              images = excluded.images, is_published = excluded.is_published, attributes = excluded.attributes,
              version = p.version + 1, updated_at = excluded.updated_at
            where (p.title, p.description, p.category_id, p.images, p.is_published, p.attributes)
              is distinct from
              (excluded.title, excluded.description, excluded.category_id, excluded.images, excluded.is_published,
                excluded.attributes)
            returning sku, id
            """,
            row => (row.GetString(0), row.GetInt64(1)), cancel,
            Column(rows, row => places[row.Sku]), Column(rows, row => row.Sku), Column(rows, row => row.Title),
            Column(rows, row => row.Description), Column(rows, row => categories[row.Category]),
            Column(rows, row => row.Images is { } images ? ProductImages.Json(images) : null), Column(rows, row => row.IsPublished), Column(rows, row => row.Attributes), new() { Value = now });

    private async Task<List<(string Sku, long Product, bool IsAdded)>> WriteVariants(
        NpgsqlTransaction transaction, CatalogRow[] rows, Dictionary<string, long> places, long defaultStock,
        CancellationToken cancel) =>
        await transaction.Query(
            """
            insert into catalog.variants as v
              (id, product_id, sku, options, price_minor, currency, stock, stock_pool, tax_class)
            select i.id, p.id, i.sku, i.options::jsonb, i.price_minor, i.currency, coalesce(i.stock, known.stock, $10),
              i.stock_pool, coalesce(i.tax_class, known.tax_class, 'standard')
            from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
              as i (id, sku, product, options, price_minor, currency, stock, stock_pool, tax_class)
            join catalog.products p on p.sku = i.product
            left join catalog.variants known on known.sku = i.sku
            order by i.sku
            on conflict (sku) do update set
              product_id = excluded.product_id, options = excluded.options, price_minor = excluded.price_minor,
              currency = excluded.currency, stock = excluded.stock, tax_class = excluded.tax_class
            where (v.product_id, v.options, v.price_minor, v.currency, v.stock, v.tax_class)
              is distinct from
              (excluded.product_id, excluded.options, excluded.price_minor, excluded.currency, excluded.stock,
                excluded.tax_class)
            returning v.sku, v.product_id, v.xmax = 0
            """,
            row => (row.GetString(0), row.GetInt64(1), row.GetBoolean(2)), cancel,
            Column(rows, row => places[row.Sku]), Column(rows, row => row.Sku), Column(rows, row => row.Product),
            Column(rows, row => JsonSerializer.Serialize(row.Options, CatalogJson.Default.SortedDictionaryStringString)),
            Column(rows, row => row.PriceMinor), Column(rows, row => row.Currency), Column(rows, row => row.Stock),
            Column(rows, _ => ids.Next()), Column(rows, row => row.TaxClass), new() { Value = defaultStock });

    // The price that begins when the row's does is the row's; others stay.
    private async Task<List<(string Sku, long Product, bool IsAdded)>> WritePrices(
        NpgsqlTransaction transaction, CatalogRow[] rows, CancellationToken cancel) =>
        rows.Length == 0 ? [] : await transaction.Query(
            """
            with written as (
              insert into catalog.timed_prices as t (id, variant_id, price_minor, currency, starts_at, ends_at)
              select i.id, v.id, i.price_minor, i.currency, i.starts_at, i.ends_at
              from unnest($1, $2, $3, $4, $5, $6) as i (id, sku, price_minor, currency, starts_at, ends_at)
              join catalog.variants v on v.sku = i.sku
              on conflict (variant_id, starts_at) do update set
                price_minor = excluded.price_minor, currency = excluded.currency, ends_at = excluded.ends_at
              where (t.price_minor, t.currency, t.ends_at)
                is distinct from (excluded.price_minor, excluded.currency, excluded.ends_at)
              returning variant_id
            )
            select v.sku, v.product_id from written join catalog.variants v on v.id = written.variant_id
            """,
            row => (row.GetString(0), row.GetInt64(1), false), cancel,
            Column(rows, _ => ids.Next()), Column(rows, row => row.Sku), Column(rows, row => row.Sale!.Value.PriceMinor),
            Column(rows, row => row.Currency), ProductWrites.Times(rows.Select(row => row.Sale!.Value.StartsAt)),
            ProductWrites.Times(rows.Select(row => row.Sale!.Value.EndsAt)));

    // Ids made in the same millisecond are in no order; these follow the order of the file, and so do lists.
    private Dictionary<string, long> PlacesOf(IReadOnlyList<CatalogRow> rows)
    {
        var numbers = new long[rows.Count];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = ids.Next();
        Array.Sort(numbers);
        return rows.Index().ToDictionary(row => row.Item.Sku, row => numbers[row.Index]);
    }

    // Rows of products that do not exist joined with nothing above.
    private async Task<HashSet<string>> FindLost(CatalogRow[] rows, CancellationToken cancel)
    {
        var followers = rows.Where(row => !row.Leads).ToArray();
        if (followers.Length == 0)
            return [];
        var known = await db.Query(
            "select sku from catalog.products where sku = any($1)", row => row.GetString(0), cancel,
            Column(followers, row => row.Product));
        return [.. followers.Where(row => !known.Contains(row.Product)).Select(row => row.Sku)];
    }

    private static NpgsqlParameter Column<T>(CatalogRow[] rows, Func<CatalogRow, T> value) => new() { Value = rows.Select(value).ToArray() };

    internal static PendingStock ReadPending(NpgsqlDataReader row) =>
        new(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.ValueOrNull<long>(3));
}

/// <param name="Lost">SKUs that were not written: their product does not exist.</param>
internal sealed record WrittenBatch(IReadOnlySet<string> Added, IReadOnlySet<string> Changed, IReadOnlySet<string> Lost);

/// <param name="Told">What the pool knows; null when it is not made yet.</param>
internal sealed record PendingStock(string Sku, long Pool, long Stock, long? Told);
