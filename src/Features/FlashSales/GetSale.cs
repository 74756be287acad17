using System.Text.Json;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.FlashSales;

internal static class GetSale
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/sales/{id}", Handle)
        .ForAnyone()
        .WithName("GetSale").WithTags("Sales")
        .WithSummary("What a sale offers, and on which terms.")
        .Produces<SaleViews.Shown>()
        .Produces(StatusCodes.Status304NotModified)
        .Refuses(WebProblems.NotFound);

    private static async Task<Results<Utf8ContentHttpResult, StatusCodeHttpResult, Problem>> Handle(
        string id, KnownSales sales, IClaims claims, TimeProvider clock, HttpContext http, CancellationToken cancel)
    {
        if (!PublicId.TryParse(FlashSale.PublicPrefix, id, out var number)
            || await sales.Find(number, cancel) is not { } sale)
            return WebProblems.NotFound;

        var shown = SaleViews.Show(sale, await claims.FindPool(number, cancel), clock.GetUtcNow());
        var body = JsonSerializer.SerializeToUtf8Bytes(shown, FlashSalesJson.Default.Shown);
        var tag = EntityTags.Of(body);
        http.Response.Headers.CacheControl = "public, max-age=1, s-maxage=1";
        http.Response.Headers.ETag = tag;
        return EntityTags.Matches(http.Request.Headers.IfNoneMatch, tag)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Text(body, "application/json; charset=utf-8");
    }
}
