using Doorbuster.Catalog.Administration;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Catalog.Images;

/// <summary>One more picture of a product, behind those it has.</summary>
internal static class AddProductImage
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/admin/v1/catalog/products/{sku}/images", Handle)
        .ForAdmin().WithName("AddProductImage").WithTags("Catalog (administration)")
        .WithSummary("Show one more picture of a product, behind those it has; `POST /api/admin/v1/catalog/images` uploads one.")
        .Refuses(Problems.ProductNotFound, Problems.UnknownImage, Problems.TooManyImages, Problems.ImageRepeated)
        .Idempotent(CatalogFeature.SchemaName);

    private static async Task<Results<Created<AdminViews.Product>, Problem>> Handle(
        string sku, ProductImages.Item request, Person person, IdempotentRequest once, Editing editing, HttpContext http,
        CancellationToken cancel)
    {
        if (new Faults().CheckImage("", request).Problem is { } wrong)
            return wrong;
        var transaction = once.Transaction;
        if (CatalogRow.NormalizeSku(sku) is not { } normal || await editing.Lock(transaction, normal, cancel) is not { } before)
            return Problems.ProductNotFound;
        if (before.Images.Any(image => image.Address == request.Address))
            return Problems.ImageRepeated;
        if (before.Images.Count >= ProductImages.PerProductMax)
            return Problems.TooManyImages;
        if (!await ImageStore.Keep(transaction, [request.Address], cancel))
            return Problems.UnknownImage;
        await ProductWrites.SetImages(transaction, Editing.IdOf(before), [.. before.Images, request], cancel);
        var after = await editing.Finish(transaction, before, person.Id, [Editing.Content], cancel);
        http.Response.Headers.ETag = EntityTags.OfVersion(after.Version);
        return TypedResults.Created($"/api/admin/v1/catalog/products/{after.Sku}", after);
    }
}
