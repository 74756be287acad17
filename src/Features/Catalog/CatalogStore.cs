using System.Globalization;
using System.Text;
using System.Text.Json;
using Doorbuster.Catalog.Images;
using Doorbuster.Contracts.Catalog;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Catalog;

/// <summary>What is read of the catalog. What is written is in <see cref="CatalogWriter"/>.</summary>
internal sealed class CatalogStore(
    [FromKeyedServices(CatalogFeature.SchemaName)] NpgsqlDataSource db, TimeProvider clock)
{
    // What is over is left out; what is in another currency than the variant does not count.
    private const string TimedPrices =
        """
        left join lateral (
          select array_agg(t.price_minor) as minors, array_agg(t.starts_at) as starts, array_agg(t.ends_at) as ends
          from catalog.timed_prices t
          where t.variant_id = v.id and t.currency = v.currency and (t.ends_at is null or t.ends_at > $1)
        ) timed on true
        """;

    private const string SoldColumns =
        "v.sku, p.title, v.options::text, v.price_minor, v.currency, v.stock_pool, p.id, p.category_id, v.tax_class, "
        + "timed.minors, timed.starts, timed.ends";

    private const string SoldVariants =
        $"""
        select {SoldColumns}
        from catalog.variants v join catalog.products p on p.id = v.product_id
        {TimedPrices}
        """;

    // For members of groups only, always the last columns: what their price lists say. Whoever is in none has no part in it.
    private const string ListedColumns = ", listed.minors, listed.priorities, listed.starts, listed.ends";

    private const string ProductColumns =
        "p.id, p.sku, p.title, p.description, c.slug, c.name, p.images::text, p.version, p.updated_at, v.sku, v.options::text, "
        + "v.price_minor, v.currency, timed.minors, timed.starts, timed.ends, v.stock_pool, p.attributes::text";

    /// <summary>In order of their slugs, above the cursor.</summary>
    public Task<List<CategoryRow>> ListCategories(string after, int limit, CancellationToken cancel) => db.Query(
        """
        select c.slug, c.name, parent.slug, count(p.id)
        from catalog.categories c
        left join catalog.categories parent on parent.id = c.parent_id
        left join catalog.products p on p.category_id = c.id and p.is_published
        where c.slug > $1
        group by c.id, parent.slug
        order by c.slug
        limit $2
        """,
        row => new CategoryRow(row.GetString(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetInt64(3)),
        cancel, new() { Value = after }, new() { Value = limit });

    /// <summary>The category's id and those of everything below it; empty when there is none.</summary>
    public Task<List<long>> ListBranch(string slug, CancellationToken cancel) => db.Query(
        """
        with recursive branch as (
          select id from catalog.categories where slug = $1
          union all
          select c.id from catalog.categories c join branch on c.parent_id = branch.id)
        select id from branch
        """,
        row => row.GetInt64(0), cancel, new NpgsqlParameter { Value = slug });

    public async Task<bool> HasCategory(string slug, CancellationToken cancel) => await db.QueryFirst(
        "select slug from catalog.categories where slug = $1", row => row.GetString(0), cancel,
        new NpgsqlParameter { Value = slug }) is not null;

    /// <param name="category">With everything below it; null for all.</param>
    /// <param name="attributes">What the products' attributes are equal to, each in one of its forms.</param>
    /// <param name="words">What the title has; null: any.</param>
    /// <param name="groups">Whose price lists count.</param>
    public async Task<List<Product>> ListProducts(
        string? category, IReadOnlyList<AttributeFilter> attributes, string? words, long after, int limit,
        IReadOnlyList<string> groups, CancellationToken cancel)
    {
        List<NpgsqlParameter> parameters =
        [
            Now(), new() { Value = (object?)category ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            new() { Value = after }, new() { Value = limit },
        ];
        var equal = new StringBuilder();
        foreach (var form in attributes)
        {
            // Words of ours and parameters only; as conditions of their own they use the index.
            equal.Append(CultureInfo.InvariantCulture,
                $" and (attributes @> ${parameters.Count + 1} or attributes @> ${parameters.Count + 2})");
            parameters.Add(new() { Value = form.AsText, NpgsqlDbType = NpgsqlDbType.Jsonb });
            parameters.Add(new() { Value = form.AsValue, NpgsqlDbType = NpgsqlDbType.Jsonb });
        }
        if (words is not null)
        {
            equal.Append(CultureInfo.InvariantCulture,
                $" and to_tsvector('simple', title) @@ to_tsquery('simple', ${parameters.Count + 1})");
            parameters.Add(new() { Value = words });
        }
        if (groups.Count > 0)
            parameters.Add(new() { Value = groups.ToArray() });
        var (columns, listed) = Listed(groups, parameters.Count);
        return Gather(await db.Query(
            """
            with recursive wanted as (
              select id from catalog.categories where slug = $2
              union all
              select c.id from catalog.categories c join wanted on c.parent_id = wanted.id
            ), p as (
              select * from catalog.products
              where is_published and id > $3 and ($2 is null or category_id in (select id from wanted))
            """ + equal + $"""

              order by id
              limit $4
            )
            select {ProductColumns}{columns}
            from p
            join catalog.categories c on c.id = p.category_id
            join catalog.variants v on v.product_id = p.id
            {TimedPrices}
            {listed}
            order by p.id, v.id
            """,
            ReadProductVariant, cancel, [.. parameters]));
    }

    /// <summary>Names and values of what the first thousands of the category's products have, the most frequent first.</summary>
    public Task<List<(string Name, string Value, long Products)>> ListAttributes(string category, CancellationToken cancel) => db.Query(
        """
        with recursive wanted as (
          select id from catalog.categories where slug = $1
          union all
          select c.id from catalog.categories c join wanted on c.parent_id = wanted.id
        ), p as (
          select attributes from catalog.products
          where is_published and category_id in (select id from wanted) and attributes <> '{}'
          limit $2
        ), counted as (
          select a.key, a.value #>> '{}' as value, count(*) as products,
            row_number() over (partition by a.key order by count(*) desc, a.value #>> '{}') as place
          from p, jsonb_each(p.attributes) a
          where jsonb_typeof(a.value) in ('string', 'number', 'boolean') and length(a.value #>> '{}') <= 60
          group by 1, 2
        ), named as (
          select key, sum(products) as products from counted group by key order by products desc, key limit $3
        )
        select key, value, counted.products
        from counted join named using (key)
        where place <= $4
        order by named.products desc, key, place
        """,
        row => (row.GetString(0), row.GetString(1), row.GetInt64(2)), cancel,
        new() { Value = category }, new() { Value = 5_000 }, new() { Value = 8 }, new() { Value = 12 });

    /// <summary>The published product one of whose variants has this SKU.</summary>
    /// <param name="groups">Whose price lists count.</param>
    public async Task<Product?> FindProduct(string sku, IReadOnlyList<string> groups, CancellationToken cancel)
    {
        List<NpgsqlParameter> parameters = [Now(), new() { Value = sku }];
        if (groups.Count > 0)
            parameters.Add(new() { Value = groups.ToArray() });
        var (columns, listed) = Listed(groups, parameters.Count);
        return Gather(await db.Query(
            $"""
            select {ProductColumns}{columns}
            from catalog.variants wanted
            join catalog.products p on p.id = wanted.product_id
            join catalog.categories c on c.id = p.category_id
            join catalog.variants v on v.product_id = p.id
            {TimedPrices}
            {listed}
            where wanted.sku = $2 and p.is_published
            order by v.id
            """,
            ReadProductVariant, cancel, [.. parameters])).FirstOrDefault();
    }

    public Task<SoldVariant?> FindVariant(string sku, CancellationToken cancel) => db.QueryFirst(
        $"{SoldVariants} where v.sku = $2 and p.is_published", ReadSold, cancel, Now(), new() { Value = sku });

    public Task<List<SoldVariant>> FindVariants(string[] skus, CancellationToken cancel) => db.Query(
        $"{SoldVariants} where v.sku = any($2) and p.is_published", ReadSold, cancel, Now(), new() { Value = skus });

    /// <param name="groups">Whose price lists count.</param>
    public Task<List<SoldVariant>> FindVariants(string[] skus, IReadOnlyList<string> groups, CancellationToken cancel)
    {
        var (columns, listed) = Listed(groups, parameter: 3);
        return db.Query(
            $"""
            select {SoldColumns}{columns}
            from catalog.variants v join catalog.products p on p.id = v.product_id
            {TimedPrices}
            {listed}
            where v.sku = any($2) and p.is_published
            """,
            ReadSold, cancel, Now(), new() { Value = skus }, new() { Value = groups.ToArray() });
    }

    /// <summary>Also of what is no longer published: its orders are still to be paid.</summary>
    public Task<SoldVariant?> FindVariantOfPool(long pool, CancellationToken cancel) => db.QueryFirst(
        $"{SoldVariants} where v.stock_pool = $2", ReadSold, cancel, Now(), new() { Value = pool });

    /// <summary>The rule of the region or else of the country, of the class or else of standard goods; without any there is no
    /// tax.</summary>
    public async Task<TaxRule> FindTax(
        (string Country, string Region, string TaxClass) wanted, CancellationToken cancel) => (await db.QueryFirst(
        """
        select rule.title, rule.rate_bp, s.prices_include_tax
        from catalog.settings s
        left join lateral (
          select title, rate_bp from catalog.tax_rules
          where country = $1 and region in ($2, '') and tax_class in ($3, $4)
          order by tax_class = $3 desc, region <> '' desc
          limit 1
        ) rule on true
        """,
        row => row.IsDBNull(0)
            ? new TaxRule("", RateBasisPoints: 0, row.GetBoolean(2))
            : new TaxRule(row.GetString(0), row.GetInt32(1), row.GetBoolean(2)),
        cancel,
        new() { Value = wanted.Country }, new() { Value = wanted.Region }, new() { Value = wanted.TaxClass },
        new() { Value = TaxRules.StandardClass }))!;

    public Task<List<string>> ListOptionNames(CancellationToken cancel) => db.Query(
        "select distinct jsonb_object_keys(options) as name from catalog.variants order by name",
        row => row.GetString(0), cancel);

    /// <summary>Every variant, each product's leading one first, one at a time.</summary>
    public async IAsyncEnumerable<CatalogRow> ReadAll(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await using var command = db.CreateCommand(
            """
            with recursive paths as (
              select id, name as path from catalog.categories where parent_id is null
              union all
              select c.id, paths.path || ' > ' || c.name from catalog.categories c join paths on c.parent_id = paths.id
            )
            select v.sku, p.sku, p.title, paths.path, v.price_minor, v.currency, v.stock, p.description, p.images::text,
              p.is_published, v.options::text, v.tax_class, sale.price_minor, sale.starts_at, sale.ends_at,
              case when v.sku = p.sku and p.attributes <> '{}' then p.attributes::text end
            from catalog.products p
            join paths on paths.id = p.category_id
            join catalog.variants v on v.product_id = p.id
            left join lateral (
              select price_minor, starts_at, ends_at from catalog.timed_prices t
              where t.variant_id = v.id and t.currency = v.currency and (t.ends_at is null or t.ends_at > $1)
              order by starts_at nulls first
              limit 1
            ) sale on true
            order by p.id, v.sku <> p.sku, v.id
            """);
        command.Parameters.Add(Now());
        command.CommandTimeout = 0;    // as long as the reader of the file takes
        await using var row = await command.ExecuteReaderAsync(cancel);
        while (await row.ReadAsync(cancel))
            yield return new CatalogRow
            {
                Sku = row.GetString(0),
                Product = row.GetString(1),
                Title = row.GetString(2),
                Category = row.GetString(3),
                PriceMinor = row.GetInt64(4),
                Currency = row.GetString(5),
                Stock = row.GetInt64(6),
                Description = row.GetString(7),
                Images = ProductImages.Read(row.GetString(8)),
                IsPublished = row.GetBoolean(9),
                Options = ReadOptions(row.GetString(10)),
                TaxClass = row.GetString(11),
                Sale = row.IsDBNull(12)
                    ? null
                    : new TimedPrice(
                        row.GetInt64(12), row.ValueOrNull<DateTimeOffset>(13), row.ValueOrNull<DateTimeOffset>(14)),
                Attributes = row.IsDBNull(15) ? null : row.GetString(15),
            };
    }

    private static List<Product> Gather(List<(Product Product, ProductVariant Variant)> rows)
    {
        var products = new List<Product>();
        foreach (var (product, variant) in rows)
        {
            if (products.Count == 0 || products[^1].Id != product.Id)
                products.Add(product);
            products[^1].Variants.Add(variant);
        }
        return products;
    }

    private static (Product, ProductVariant) ReadProductVariant(NpgsqlDataReader row) => (
        new Product
        {
            Id = row.GetInt64(0),
            Sku = row.GetString(1),
            Title = row.GetString(2),
            Description = row.GetString(3),
            CategorySlug = row.GetString(4),
            CategoryName = row.GetString(5),
            Images = ProductImages.Read(row.GetString(6)),
            Version = row.GetInt64(7),
            UpdatedAt = row.GetFieldValue<DateTimeOffset>(8),
            Attributes = JsonElement.Parse(row.GetString(17)),
        },
        new ProductVariant(row.GetString(9), ReadOptions(row.GetString(10)), ReadPrices(row, 11, 13, listed: 18), row.GetInt64(16)));

    private static SoldVariant ReadSold(NpgsqlDataReader row)
    {
        var options = ReadOptions(row.GetString(2));
        var title = options.Count == 0 ? row.GetString(1) : $"{row.GetString(1)} ({string.Join(", ", options.Values)})";
        return new(
            new Variant(row.GetString(0), title, row.GetInt64(3), row.GetString(4), row.GetInt64(5))
            {
                ProductId = row.GetInt64(6),
                CategoryId = row.GetInt64(7),
                ListPriceMinor = row.GetInt64(3),
                TaxClass = row.GetString(8),
            },
            ReadPrices(row, 3, 9, listed: 12));
    }

    /// <summary>The columns and the join for who is in these groups; nothing for who is in none.</summary>
    /// <param name="parameter">The number of the one that has the groups.</param>
    private static (string Columns, string Join) Listed(IReadOnlyList<string> groups, int parameter) => groups.Count == 0
        ? ("", "")
        : (ListedColumns, string.Create(CultureInfo.InvariantCulture,
            $"""
            left join lateral (
              select array_agg(lp.price_minor) as minors, array_agg(l.priority) as priorities,
                array_agg(l.starts_at) as starts, array_agg(l.ends_at) as ends
              from catalog.list_prices lp join catalog.price_lists l on l.id = lp.list_id
              where lp.variant_id = v.id and l.is_active and l.group_code = any(${parameter}) and l.currency = v.currency
                and (l.ends_at is null or l.ends_at > $1)
            ) listed on true
            """));

    // Timed: three arrays from the given column on, null when there is none.
    private static Prices ReadPrices(NpgsqlDataReader row, int list, int timed, int listed) =>
        new(row.GetInt64(list), row.GetString(list + 1), ReadTimed(row, timed)) { Listed = ReadListed(row, listed) };

    private static TimedPrice[] ReadTimed(NpgsqlDataReader row, int column)
    {
        if (row.IsDBNull(column))
            return [];
        var (starts, ends) = (row.GetFieldValue<DateTime?[]>(column + 1), row.GetFieldValue<DateTime?[]>(column + 2));
        return [.. row.GetFieldValue<long[]>(column).Select((minor, i) => new TimedPrice(minor, starts[i], ends[i]))];
    }

    // Four arrays from the given column on, if the statement asked for them.
    private static ListedPrice[] ReadListed(NpgsqlDataReader row, int column)
    {
        if (row.FieldCount == column || row.IsDBNull(column))
            return [];
        var (priorities, starts, ends) = (row.GetFieldValue<int[]>(column + 1), row.GetFieldValue<DateTime?[]>(column + 2),
            row.GetFieldValue<DateTime?[]>(column + 3));
        return
        [
            .. row.GetFieldValue<long[]>(column)
                .Select((minor, i) => new ListedPrice(minor, priorities[i], starts[i], ends[i])),
        ];
    }

    // Ours, not the database's: prices are compared with it afterwards.
    private NpgsqlParameter Now() => new() { Value = clock.GetUtcNow() };

    internal static SortedDictionary<string, string> ReadOptions(string json) =>
        JsonSerializer.Deserialize(json, CatalogJson.Default.SortedDictionaryStringString)!;
}

internal sealed record CategoryRow(string Slug, string Name, string? Parent, long Products);
