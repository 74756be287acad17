using Doorbuster.Contracts.Claims;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Catalog.Administration;

/// <summary>How many units of a variant are on sale, those held and sold included.</summary>
internal static class SetStock
{
    public sealed record Request(long Stock);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/api/admin/v1/catalog/variants/{sku}/stock", Handle)
        .ForAdmin().WithName("SetStock").WithTags("Catalog (administration)")
        .WithSummary("Say how many units of a variant are on sale, those held and sold included.")
        .Refuses(Problems.ProductNotFound, Problems.StockBelowSold, Problems.VersionRequired, Problems.VersionOutdated);

    private static async Task<Results<Ok<AdminViews.Product>, Problem>> Handle(
        string sku, Request request, [FromHeader(Name = "If-Match")] string? ifMatch, Person person, Editing editing, StockPools pools,
        IClaims claims, HttpContext http, CancellationToken cancel)
    {
        PendingStock? pending = null;
        var changed = await editing.Change(http, sku, ifMatch, person, [Editing.Stock], async (transaction, _) =>
        {
            if (new Faults().CheckStock("stock", request.Stock).Problem is { } wrong)
                return wrong;
            pending = await ProductWrites.SetStock(transaction, CatalogRow.NormalizeSku(sku)!, request.Stock, cancel);
            var audit = await claims.Audit(pending.Pool, cancel);
            return audit is not null && request.Stock < audit.Kept + audit.Held ? Refuse(audit) : null;
        }, cancel);

        // The catalog is first; who dies here is followed by FinishStock. Units sold since we counted make the pool refuse,
        // which brings the old stock back.
        if (changed.Result is Problem || pending is null || (await pools.Tell([pending], cancel)).Count == 0)
            return changed;
        http.Response.Headers.Remove("ETag");
        return await claims.Audit(pending.Pool, cancel) is { } now ? Refuse(now) : Problems.StockBelowSold;
    }

    private static Problem Refuse(PoolAudit audit) => Problems.StockBelowSold.With(
        $"{audit.Held} units are held and {audit.Kept} are sold.", null, ("taken", audit.Kept + audit.Held));
}
