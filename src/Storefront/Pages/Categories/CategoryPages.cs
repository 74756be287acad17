using Doorbuster.Platform.Web;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Rendering;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Storefront.Pages.Categories;

/// <summary>All departments; and one with its products, narrowed by what is chosen beside them.</summary>
internal static class CategoryPages
{
    public const int ProductsMax = 24;
    private const int FiltersMax = 5;

    public static void Map(PageRoutes pages)
    {
        pages.Cached("/categories", List);
        pages.Priced("/categories/{slug}", Show, "attribute", "after");
    }

    private static async Task<PageResult> List(PageRequest request)
    {
        var categories = await request.Api.Get("/api/v1/categories", StorefrontJson.Default.ApiCategories);
        return categories.Refusal is { } refusal
            ? PageResult.Refused(refusal)
            : PageResult.View<CategoryList, CategoriesModel>(new(categories.Value!.Data));
    }

    private static async Task<PageResult> Show(PageRequest request)
    {
        var slug = request.Route("slug");
        var categories = await request.Api.Get("/api/v1/categories", StorefrontJson.Default.ApiCategories);
        if (categories.Refusal is { } refusal)
            return PageResult.Refused(refusal);
        if (categories.Value!.Data.FirstOrDefault(category => category.Slug == slug) is not { } category)
            return PageResult.Refused(new() { Code = "category_not_found", Status = StatusCodes.Status404NotFound });

        var chosen = request.QueryAll("attribute").Where(one => one.Contains(':', StringComparison.Ordinal)).Distinct().Take(FiltersMax).ToList();
        var filters = string.Concat(chosen.Select(one => $"&attribute={Uri.EscapeDataString(one)}"));
        var after = request.Query("after") is { } cursor ? $"&after={Uri.EscapeDataString(cursor)}" : "";
        var escaped = Uri.EscapeDataString(slug);
        var products = await request.Api.Get(
            $"/api/v1/products?category={escaped}&limit={ProductsMax}{filters}{after}", StorefrontJson.Default.ApiProducts);
        var facets = await request.Api.Get($"/api/v1/categories/{escaped}/attributes", StorefrontJson.Default.ApiFacets);
        if ((products.Refusal ?? facets.Refusal) is { } refused)
            // A filter or a cursor that never was one: the department is still there.
            return refused.Status == StatusCodes.Status400BadRequest
                ? PageResult.GoTo($"/categories/{escaped}")
                : PageResult.Refused(refused);
        return PageResult.View<Category, CategoryModel>(new(
            category, Above(category, categories.Value.Data),
            [.. categories.Value.Data.Where(below => below.Parent == slug)],
            products.Value!.Data, products.Value.Page, [.. facets.Value!.Data.Where(facet => facet.Name != "featured")],
            chosen, IsFirst: after.Length == 0));
    }

    private static List<ApiCategory> Above(ApiCategory category, IReadOnlyList<ApiCategory> all)
    {
        var path = new List<ApiCategory>();
        for (var parent = category.Parent; parent is not null && all.FirstOrDefault(c => c.Slug == parent) is { } found;
            parent = found.Parent)
            path.Insert(0, found);
        return path;
    }
}

public sealed record CategoriesModel(IReadOnlyList<ApiCategory> Categories);

/// <param name="Above">From the top down.</param>
/// <param name="Chosen">Filters as <c>name:value</c>.</param>
public sealed record CategoryModel(
    ApiCategory Category, IReadOnlyList<ApiCategory> Above, IReadOnlyList<ApiCategory> Below, IReadOnlyList<ApiProduct> Products,
    ApiPage Page, IReadOnlyList<ApiFacet> Facets, IReadOnlyList<string> Chosen, bool IsFirst)
{
    /// <summary>The chosen filters as a query, without the question mark.</summary>
    public string Query => string.Join('&', Chosen.Select(one => $"attribute={Uri.EscapeDataString(one)}"));
}
