using Doorbuster.Catalog.Administration;
using Doorbuster.Contracts.Catalog;
using Doorbuster.Platform;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;
using Npgsql;

namespace Doorbuster.Catalog;

/// <summary>While it lasts, nobody else tells these pools their stock.</summary>
internal sealed class Telling(
    NpgsqlConnection connection, NpgsqlTransaction transaction, Ids ids, TimeProvider clock, List<PendingStock> pending)
    : IAsyncDisposable
{
    public List<PendingStock> Pending => pending;

    /// <param name="refused">Fewer units than are sold: the stock that the pool knows holds, in a new version.</param>
    public async Task Finish(IReadOnlyList<PendingStock> told, IReadOnlyList<PendingStock> refused, CancellationToken cancel)
    {
        await CatalogWriter.StockTold(transaction, told, cancel);
        if (refused.Count > 0)
        {
            var now = clock.GetUtcNow();
            var products = await transaction.Query(
                """
                with p as (
                  update catalog.products set version = version + 1, updated_at = $3
                  where id in (select product_id from catalog.variants where stock_pool = any($1))
                  returning id, sku
                ), v as (
                  update catalog.variants v set stock = v.pool_stock
                  from unnest($1, $2) as refused (pool, stock), p
                  where v.stock_pool = refused.pool and v.stock = refused.stock and v.pool_stock is not null and v.product_id = p.id
                  returning v.stock_pool, v.sku, p.id as product_id, p.sku as product, refused.stock as refused, v.stock
                ), noted as (
                  insert into catalog.changes (id, at, person, kind, subject, action, before, after)
                  select i.id, $3, null, 'product', v.product, 'changed',
                    jsonb_build_object('stock', jsonb_build_object(v.sku, v.refused)),
                    jsonb_build_object('stock', jsonb_build_object(v.sku, v.stock))
                  from v join unnest($1, $4) as i (pool, id) on i.pool = v.stock_pool
                )
                select distinct product_id from v
                """,
                row => row.GetInt64(0), cancel, new() { Value = refused.Select(stock => stock.Pool).ToArray() },
                new() { Value = refused.Select(stock => stock.Stock).ToArray() }, new() { Value = now },
                new() { Value = refused.Select(_ => ids.Next()).ToArray() });
            if (products.Count > 0)
                await transaction.Publish(
                    new CatalogChanged { Products = [.. products], What = [Editing.Stock], At = now }, cancel);
        }
        await transaction.CommitAsync(cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }
}
