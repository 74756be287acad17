using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Catalog.Administration;

/// <summary>One more variant of a product.</summary>
internal static class AddVariant
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/admin/v1/catalog/products/{sku}/variants", Handle)
        .ForAdmin().WithName("AddVariant").WithTags("Catalog (administration)")
        .WithSummary("One more variant of a product.")
        .Refuses(Problems.ProductNotFound, Problems.SkuTaken, Problems.TooManyVariants, Problems.VariantTwin)
        .Idempotent(CatalogFeature.SchemaName);

    private static async Task<Results<Created<AdminViews.Product>, Problem>> Handle(
        string sku, NewVariant.Body request, Person person, IdempotentRequest once, Editing editing, ProductWrites writes,
        StockPools pools, HttpContext http, CancellationToken cancel)
    {
        var faults = new Faults();
        NewVariant.Check(faults, "", request);
        if (faults.Problem is { } wrong)
            return wrong;
        var transaction = once.Transaction;
        if (CatalogRow.NormalizeSku(sku) is not { } normal || await editing.Lock(transaction, normal, cancel) is not { } before)
            return Problems.ProductNotFound;
        if (before.Variants.Count >= NewVariant.PerProductMax)
            return Problems.TooManyVariants;
        if (before.Variants.Any(variant => variant.Sku == CatalogRow.NormalizeSku(request.Sku)))
            return Problems.SkuTaken;
        if (NewVariant.HaveTwins(before.Variants.Select(variant => variant.Options).Append(NewVariant.OptionsOf(request.Options))))
            return Problems.VariantTwin;
        if (await writes.AddVariants(transaction, Editing.IdOf(before), [request], cancel) is not { } stock)
            return Problems.SkuTaken;
        await pools.Make(transaction, stock, cancel);
        var after = await editing.Finish(
            transaction, before, person.Id, [Editing.Content, Editing.Price, Editing.Stock], cancel);
        http.Response.Headers.ETag = EntityTags.OfVersion(after.Version);
        return TypedResults.Created($"/api/admin/v1/catalog/products/{after.Sku}", after);
    }
}
