using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.Catalog.Demo;

/// <summary>What trade customers pay in the demonstration: a fifth less in the kitchen. Made once; what is changed of it
/// stays.</summary>
internal static class DemoPriceList
{
    private const string Group = "trade";    // accounts have it, and somebody in it

    public static async Task Seed(IServiceProvider services, CancellationToken cancel) => await services
        .GetRequiredKeyedService<NpgsqlDataSource>(CatalogFeature.SchemaName).Execute(
        """
        with list as (
          insert into catalog.price_lists (id, code, name, currency, group_code, priority, is_active, updated_at)
          values ($1, 'trade-kitchen', 'Kitchen for the trade', $2, $3, 0, true, $4)
          on conflict (code) do nothing
          returning id
        )
        insert into catalog.list_prices (list_id, variant_id, price_minor)
        select list.id, v.id, v.price_minor * 4 / 5
        from list, catalog.variants v join catalog.products p on p.id = v.product_id
        where p.sku like 'KIT-%' and v.currency = $2
        """,
        cancel, new() { Value = services.GetRequiredService<Ids>().Next() }, new() { Value = DemoShop.Currency },
        new() { Value = Group }, new() { Value = services.GetRequiredService<TimeProvider>().GetUtcNow() });
}
