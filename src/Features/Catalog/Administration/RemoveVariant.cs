using Doorbuster.Contracts.Claims;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Catalog.Administration;

/// <summary>Remove a variant of which nobody holds or bought a unit.</summary>
internal static class RemoveVariant
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapDelete("/api/admin/v1/catalog/variants/{sku}", Handle)
        .ForAdmin().WithName("RemoveVariant").WithTags("Catalog (administration)")
        .WithSummary("Remove a variant of which nobody holds or bought a unit; the version is its product's.")
        .Refuses(
            Problems.ProductNotFound, Problems.VariantLeads, Problems.VariantClaimed, Problems.VersionRequired,
            Problems.VersionOutdated);

    private static async Task<Results<Ok<AdminViews.Product>, Problem>> Handle(
        string sku, [FromHeader(Name = "If-Match")] string? ifMatch, Person person, Editing editing, CatalogWriter writer,
        IClaims claims, HttpContext http, CancellationToken cancel)
    {
        if (Versions.Read(ifMatch, out _) is { } refusal)
            return refusal;
        if (CatalogRow.NormalizeSku(sku) is not { } normal || await writer.FindPool(normal, cancel) is not { } pool)
            return Problems.ProductNotFound;

        // The pool before the product, as all who lock both. Nobody else tells it its stock meanwhile.
        await using var telling = await writer.BeginTelling([pool], cancel);
        var removed = await editing.Change(http, normal, ifMatch, person, [Editing.Content, Editing.Stock],
            async (transaction, product) =>
            {
                if (product.Sku == normal)
                    return Problems.VariantLeads;
                // From here on FinishStock gives the pool its stock back, should we die before the end.
                await writer.ForgetTold(pool, cancel);
                if (await claims.Change(pool, new PoolChange { Total = 0 }, cancel) is not (PoolOutcome.Done or PoolOutcome.AlreadyDone
                    or PoolOutcome.UnknownPool))
                    return Problems.VariantClaimed;
                await ProductWrites.RemoveVariant(transaction, normal, cancel);
                return null;
            }, cancel);

        if (removed.Result is not Problem)
            await claims.Change(pool, new PoolChange { State = PoolState.Closed }, cancel);    // it has nothing to give anyway
        return removed;
    }
}
