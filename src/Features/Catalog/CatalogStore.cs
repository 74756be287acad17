using System.Text.Json;
using Doorbuster.Contracts.Catalog;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Catalog;

/// <summary>What is read of the catalog. What is written is in <see cref="CatalogWriter"/>.</summary>
internal sealed class CatalogStore([FromKeyedServices(CatalogFeature.SchemaName)] NpgsqlDataSource db)
{
    private const string VariantColumns = "v.sku, p.title, v.options::text, v.price_minor, v.currency, v.stock_pool";

    public Task<List<CategoryRow>> ListCategories(CancellationToken cancel) => db.Query(
        """
        select c.slug, c.name, parent.slug, count(p.id)
        from catalog.categories c
        left join catalog.categories parent on parent.id = c.parent_id
        left join catalog.products p on p.category_id = c.id and p.is_published
        group by c.id, parent.slug
        order by c.slug
        """,
        row => new CategoryRow(row.GetString(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetInt64(3)),
        cancel);

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
    public async Task<List<Product>> ListProducts(string? category, long after, int limit, CancellationToken cancel) =>
        Gather(await db.Query(
            """
            with recursive wanted as (
              select id from catalog.categories where slug = $1
              union all
              select c.id from catalog.categories c join wanted on c.parent_id = wanted.id
            ), page as (
              select * from catalog.products
              where is_published and id > $2 and ($1 is null or category_id in (select id from wanted))
              order by id
              limit $3
            )
            select page.id, page.sku, page.title, page.description, c.slug, c.name, page.image, page.version, page.updated_at,
              v.sku, v.options::text, v.price_minor, v.currency
            from page
            join catalog.categories c on c.id = page.category_id
            join catalog.variants v on v.product_id = page.id
            order by page.id, v.id
            """,
            ReadProductVariant, cancel,
            new() { Value = (object?)category ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            new() { Value = after }, new() { Value = limit }));

    /// <summary>The published product one of whose variants has this SKU.</summary>
    public async Task<Product?> FindProduct(string sku, CancellationToken cancel) => Gather(await db.Query(
        """
        select p.id, p.sku, p.title, p.description, c.slug, c.name, p.image, p.version, p.updated_at,
          v.sku, v.options::text, v.price_minor, v.currency
        from catalog.variants wanted
        join catalog.products p on p.id = wanted.product_id
        join catalog.categories c on c.id = p.category_id
        join catalog.variants v on v.product_id = p.id
        where wanted.sku = $1 and p.is_published
        order by v.id
        """,
        ReadProductVariant, cancel, new NpgsqlParameter { Value = sku })).FirstOrDefault();

    public Task<Variant?> FindVariant(string sku, CancellationToken cancel) => db.QueryFirst(
        $"""
        select {VariantColumns} from catalog.variants v join catalog.products p on p.id = v.product_id
        where v.sku = $1 and p.is_published
        """,
        ReadVariant, cancel, new NpgsqlParameter { Value = sku });

    /// <summary>Also of what is no longer published: its orders are still to be paid.</summary>
    public Task<Variant?> FindVariantOfPool(long pool, CancellationToken cancel) => db.QueryFirst(
        $"""
        select {VariantColumns} from catalog.variants v join catalog.products p on p.id = v.product_id
        where v.stock_pool = $1
        """,
        ReadVariant, cancel, new NpgsqlParameter { Value = pool });

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
            select v.sku, p.sku, p.title, paths.path, v.price_minor, v.currency, v.stock, p.description, p.image,
              p.is_published, v.options::text
            from catalog.products p
            join paths on paths.id = p.category_id
            join catalog.variants v on v.product_id = p.id
            order by p.id, v.sku <> p.sku, v.id
            """);
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
                Image = row.GetString(8),
                IsPublished = row.GetBoolean(9),
                Options = ReadOptions(row.GetString(10)),
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
            Image = row.GetString(6),
            Version = row.GetInt64(7),
            UpdatedAt = row.GetFieldValue<DateTimeOffset>(8),
        },
        new ProductVariant(row.GetString(9), ReadOptions(row.GetString(10)), row.GetInt64(11), row.GetString(12)));

    private static Variant ReadVariant(NpgsqlDataReader row)
    {
        var options = ReadOptions(row.GetString(2));
        var title = options.Count == 0 ? row.GetString(1) : $"{row.GetString(1)} ({string.Join(", ", options.Values)})";
        return new(row.GetString(0), title, row.GetInt64(3), row.GetString(4), row.GetInt64(5));
    }

    private static SortedDictionary<string, string> ReadOptions(string json) =>
        JsonSerializer.Deserialize(json, CatalogJson.Default.SortedDictionaryStringString)!;
}

internal sealed record CategoryRow(string Slug, string Name, string? Parent, long Products);

internal sealed record Product
{
    public const string IdPrefix = "prd";

    public required long Id { get; init; }
    public required string Sku { get; init; }
    public required string Title { get; init; }
    public required string Description { get; init; }
    public required string CategorySlug { get; init; }
    public required string CategoryName { get; init; }
    public required string Image { get; init; }
    public required long Version { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public List<ProductVariant> Variants { get; } = [];
}

internal sealed record ProductVariant(
    string Sku, SortedDictionary<string, string> Options, long PriceMinor, string Currency);
