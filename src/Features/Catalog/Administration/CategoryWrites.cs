using Doorbuster.Contracts.Catalog;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Catalog.Administration;

/// <summary>The statements behind the changes of the tree of categories.</summary>
internal sealed class CategoryWrites(TimeProvider clock)
{
    private const int ProductsInMessage = 500;

    /// <summary>All categories, for nobody else to change until the transaction ends: two moves that are each right may together
    /// make a circle.</summary>
    public static async Task<CategoryTree> Lock(NpgsqlTransaction transaction, CancellationToken cancel)
    {
        await transaction.Execute("lock table catalog.categories in share row exclusive mode", cancel);
        return new CategoryTree(await transaction.Query(
            "select id, parent_id, slug, name from catalog.categories",
            row => new CategoryNode(row.GetInt64(0), row.ValueOrNull<long>(1), row.GetString(2), row.GetString(3)), cancel));
    }

    public static Task Add(NpgsqlTransaction transaction, CategoryNode node, CancellationToken cancel) => transaction.Execute(
        "insert into catalog.categories (id, parent_id, slug, name) values ($1, $2, $3, $4)", cancel,
        new() { Value = node.Id }, new() { Value = (object?)node.ParentId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
        new() { Value = node.Slug }, new() { Value = node.Name });

    /// <summary>Products show their category, so theirs are new versions too. They are locked before the categories are: who
    /// changes a product has locked it before it looks at a category.</summary>
    public async Task Move(NpgsqlTransaction transaction, IReadOnlyList<CategoryNode> nodes, CancellationToken cancel)
    {
        var (now, categories) = (clock.GetUtcNow(), nodes.Select(node => node.Id).ToArray());
        var products = await transaction.Query(
            "select id from catalog.products where category_id = any($1) order by id for update", row => row.GetInt64(0), cancel,
            new NpgsqlParameter { Value = categories });
        foreach (var some in products.Chunk(ProductsInMessage))
        {
            await transaction.Execute(
                "update catalog.products set version = version + 1, updated_at = $2 where id = any($1)", cancel,
                new() { Value = some }, new() { Value = now });
            await transaction.Publish(new CatalogChanged { Products = some, What = [Editing.Content], At = now }, cancel);
        }
        await transaction.Execute(
            """
            update catalog.categories c
            set parent_id = i.parent_id, slug = i.slug, name = i.name, version = c.version + 1
            from unnest($1, $2, $3, $4) as i (id, parent_id, slug, name)
            where c.id = i.id
            """,
            cancel,
            new() { Value = categories },
            new()
            {
                Value = nodes.Select(node => node.ParentId).ToArray(),
                NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint,
            },
            new() { Value = nodes.Select(node => node.Slug).ToArray() },
            new() { Value = nodes.Select(node => node.Name).ToArray() });
    }

    /// <summary>False when something is in it.</summary>
    public static async Task<bool> Remove(NpgsqlTransaction transaction, string slug, CancellationToken cancel)
    {
        try
        {
            await transaction.Execute(
                "delete from catalog.categories where slug = $1", cancel, new NpgsqlParameter { Value = slug });
            return true;
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return false;
        }
    }
}
