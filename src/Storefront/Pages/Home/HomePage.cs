using Doorbuster.Platform.Web;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Languages;
using Doorbuster.Storefront.Rendering;

namespace Doorbuster.Storefront.Pages.Home;

/// <summary>The first page: the sale of the moment, what we like ourselves, and the departments.</summary>
internal static class HomePage
{
    private const int FeaturedMax = 8;
    private const int DepartmentsMax = 12;
    private const int SalesMax = 20;

    public static void Map(PageRoutes pages) => pages.Priced("/", Show);

    private static async Task<PageResult> Show(PageRequest request)
    {
        var api = request.Api;
        var sales = await api.Get($"/api/v1/sales?limit={SalesMax}", StorefrontJson.Default.ApiSales);
        var featured = await api.Get(
            $"/api/v1/products?attribute=featured:yes&limit={FeaturedMax}", StorefrontJson.Default.ApiProducts);
        var categories = await api.Get("/api/v1/categories", StorefrontJson.Default.ApiCategories);
        if ((categories.Refusal ?? featured.Refusal ?? sales.Refusal) is { } refusal)
            return PageResult.Refused(refusal);

        var shown = featured.Value!.Data.Count > 0 ? featured.Value : (await api.Get(
            $"/api/v1/products?limit={FeaturedMax}", StorefrontJson.Default.ApiProducts)).Value;
        var departments = new List<Department>();
        foreach (var category in categories.Value!.Data.Where(category => category.Parent is null).Take(DepartmentsMax))
        {
            var first = await api.Get(
                $"/api/v1/products?category={Uri.EscapeDataString(category.Slug)}&limit=1", StorefrontJson.Default.ApiProducts);
            departments.Add(new(category, first.Value?.Data is [var example, ..] ? example : null));
        }
        // What runs comes before what is to come, and of those what begins first.
        var coming = sales.Value!.Data.Where(sale => sale.IsRunning || sale.IsComing)
            .OrderByDescending(sale => sale.Phase == "open").ThenByDescending(sale => sale.IsRunning).ThenBy(sale => sale.OpensAt)
            .ToList();
        var hero = coming.Count == 0 ? null : (await api.Get(
            $"/api/v1/products/{Uri.EscapeDataString(coming[0].Sku)}", StorefrontJson.Default.ApiProduct)).Value;
        return PageResult.View<Home, HomeModel>(new(coming, hero, shown?.Data ?? [], departments));
    }
}

/// <param name="Sales">That run or are to come; the first is the one to show large.</param>
/// <param name="Hero">What the first sale sells.</param>
public sealed record HomeModel(
    IReadOnlyList<ApiSale> Sales, ApiProduct? Hero, IReadOnlyList<ApiProduct> Featured, IReadOnlyList<Department> Departments);

/// <param name="Example">One of its products, for a picture.</param>
public sealed record Department(ApiCategory Category, ApiProduct? Example);
