using Doorbuster.Platform.Web;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Rendering;

namespace Doorbuster.Storefront.Pages.Sales;

/// <summary>All sales, what runs and what is to come first.</summary>
internal static class SalesPage
{
    private const int SalesMax = 40;

    public static void Map(PageRoutes pages) => pages.Cached("/sales", List, "after");

    private static async Task<PageResult> List(PageRequest request)
    {
        var after = request.Query("after") is { } cursor ? $"&after={Uri.EscapeDataString(cursor)}" : "";
        var sales = await request.Api.Get($"/api/v1/sales?limit={SalesMax}{after}", StorefrontJson.Default.ApiSales);
        return sales.Refusal is { } refusal
            ? PageResult.Refused(refusal)
            : PageResult.View<SaleList, SalesModel>(new(sales.Value!.Data, sales.Value.Page, IsFirst: after.Length == 0));
    }
}

public sealed record SalesModel(IReadOnlyList<ApiSale> Sales, ApiPage Page, bool IsFirst);
