using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.FlashSales;

/// <summary>The sales, newest first.</summary>
internal static class ListSales
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/sales", Handle)
        .ForAnyone()
        .WithName("ListSales").WithTags("Sales")
        .WithSummary("The sales, newest first.")
        .Refuses(WebProblems.InvalidCursor);

    private static async Task<Results<Ok<SaleViews.Shop>, Problem>> Handle(
        SalePages pages, IClaims claims, TimeProvider clock, HttpContext http, CancellationToken cancel,
        int limit = SalePages.LimitDefault, string? after = null)
    {
        if (await pages.Read(limit, after, cancel) is not { } page)
            return SalePages.Refusal(limit);

        var shown = new List<SaleViews.Shown>(page.Sales.Count);
        foreach (var sale in page.Sales)
            shown.Add(SaleViews.Show(sale, await claims.FindPool(sale.Id, cancel), clock.GetUtcNow()));
        http.Response.Headers.CacheControl = "public, max-age=1, s-maxage=1";
        return TypedResults.Ok(new SaleViews.Shop(shown, page.Links));
    }
}

/// <summary>The pages of sales, for the shop and for those who run it.</summary>
internal sealed class SalePages(SaleStore store)
{
    public const int LimitDefault = 40;
    private const int LimitMax = 100;

    internal sealed record Page(IReadOnlyList<FlashSale> Sales, PageInfo Links);

    /// <summary>Null when limit or cursor are none.</summary>
    public async Task<Page?> Read(int limit, string? after, CancellationToken cancel)
    {
        var before = long.MaxValue;
        if (limit is < 1 or > LimitMax
            || after is not null && !PublicId.TryParse(FlashSale.PublicPrefix, after, out before))
            return null;
        var (shown, links) = PageInfo.Cut(
            await store.List(before, limit + 1, cancel), limit, sale => sale.PublicId);
        return new(shown, links);
    }

    public static Problem Refusal(int limit) => limit is < 1 or > LimitMax
        ? WebProblems.Invalid("limit", $"must be from 1 to {LimitMax}")
        : WebProblems.InvalidCursor;
}
