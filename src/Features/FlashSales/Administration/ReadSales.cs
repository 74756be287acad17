using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.FlashSales;

/// <summary>A sale as those who run it see it, and its proof: every unit counted.</summary>
internal static class ReadSales
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var sales = routes.MapGroup("/api/admin/v1/sales").ForAdmin().WithTags("Sales (administration)");
        sales.MapGet("", List).WithName("ListSalesForAdmin")
            .WithSummary("All sales, newest first.").Refuses(WebProblems.InvalidCursor);
        sales.MapGet("{id}", Get).WithName("GetSaleForAdmin")
            .WithSummary("A sale with its version, which a change must name.").Refuses(WebProblems.NotFound);
        sales.MapGet("{id}/audit", Audit).WithName("AuditSale")
            .WithSummary("Counts every unit: offered = kept + held + free.").Refuses(WebProblems.NotFound);
    }

    private static async Task<Results<Ok<SaleViews.Console>, Problem>> List(
        SalePages pages, IClaims claims, TimeProvider clock, CancellationToken cancel,
        int limit = SalePages.LimitDefault, string? after = null)
    {
        if (await pages.Read(limit, after, cancel) is not { } page)
            return SalePages.Refusal(limit);
        var data = new List<SaleViews.Administered>(page.Sales.Count);
        foreach (var sale in page.Sales)
            data.Add(SaleViews.Administer(sale, await claims.FindPool(sale.Id, cancel), clock.GetUtcNow()));
        return TypedResults.Ok(new SaleViews.Console(data, page.Links));
    }

    private static async Task<Results<Ok<SaleViews.Administered>, Problem>> Get(
        string id, SaleStore store, IClaims claims, TimeProvider clock, HttpContext http, CancellationToken cancel)
    {
        if (!PublicId.TryParse(FlashSale.PublicPrefix, id, out var number)
            || await store.Find(number, cancel) is not { } sale)
            return WebProblems.NotFound;
        http.Response.Headers.ETag = EntityTags.OfVersion(sale.Version);
        http.Response.Headers.CacheControl = "private, no-cache";
        return TypedResults.Ok(SaleViews.Administer(sale, await claims.FindPool(number, cancel), clock.GetUtcNow()));
    }

    private static async Task<Results<Ok<SaleViews.Audit>, Problem>> Audit(
        string id, SaleStore store, IClaims claims, HttpContext http, CancellationToken cancel)
    {
        if (!PublicId.TryParse(FlashSale.PublicPrefix, id, out var number)
            || await store.Find(number, cancel) is not { } sale
            || await claims.Audit(number, cancel) is not { } audit)
            return WebProblems.NotFound;
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(SaleViews.Of(sale, audit));
    }
}
