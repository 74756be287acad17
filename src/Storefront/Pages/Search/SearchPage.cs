using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Rendering;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Storefront.Pages.Search;

/// <summary>Products whose title has the words that were asked for.</summary>
internal static class SearchPage
{
    private const int ProductsMax = 24;
    private const int LengthMax = 100;

    public static void Map(PageRoutes pages) => pages.Priced("/search", Show, "q", "after");

    private static async Task<PageResult> Show(PageRequest request)
    {
        var text = (request.Query("q") ?? "").Trim();
        text = text.Length > LengthMax ? text[..LengthMax] : text;
        if (text.Length == 0)
            return PageResult.View<SearchResults, SearchModel>(new("", [], new(false, null), IsFirst: true));
        var after = request.Query("after") is { } cursor ? $"&after={Uri.EscapeDataString(cursor)}" : "";
        var found = await request.Api.Get(
            $"/api/v1/products?title={Uri.EscapeDataString(text)}&limit={ProductsMax}{after}", StorefrontJson.Default.ApiProducts);
        if (found.Refusal is { } refusal)
            return refusal.Status == StatusCodes.Status400BadRequest
                ? PageResult.View<SearchResults, SearchModel>(new(text, [], new(false, null), IsFirst: true))
                : PageResult.Refused(refusal);
        return PageResult.View<SearchResults, SearchModel>(new(text, found.Value!.Data, found.Value.Page, after.Length == 0));
    }
}

public sealed record SearchModel(string Text, IReadOnlyList<ApiProduct> Found, ApiPage Page, bool IsFirst);
