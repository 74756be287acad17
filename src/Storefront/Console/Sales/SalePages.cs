using Doorbuster.Storefront.Rendering;

namespace Doorbuster.Storefront.Console.Sales;

/// <summary>The sales, and one sale with what can be done to it.</summary>
internal static class SalePages
{
    public static void Map(ConsoleRoutes console)
    {
        console.Page("", _ => Task.FromResult(PageResult.GoTo("/admin/sales")));
        console.Table("/sales", SaleTable.Make());
    }
}
