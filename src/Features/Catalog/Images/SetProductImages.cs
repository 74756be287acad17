using Doorbuster.Catalog.Administration;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Catalog.Images;

/// <summary>Another order of a product's pictures, other words for them, fewer or others: the list as it shall be.</summary>
internal static class SetProductImages
{
    /// <param name="Images">Instead of all there were; the first is the main one.</param>
    public sealed record Request(IReadOnlyList<ProductImages.Item> Images);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/api/admin/v1/catalog/products/{sku}/images", Handle)
        .ForAdmin().WithName("SetProductImages").WithTags("Catalog (administration)")
        .WithSummary("Say which pictures a product shows, in which order and with which words; one left out is taken from it.")
        .Refuses(Problems.ProductNotFound, Problems.UnknownImage, Problems.VersionRequired, Problems.VersionOutdated);

    private static Task<Results<Ok<AdminViews.Product>, Problem>> Handle(
        string sku, Request request, [FromHeader(Name = "If-Match")] string? ifMatch, Person person, Editing editing, HttpContext http,
        CancellationToken cancel) =>
        editing.Change(http, sku, ifMatch, person, [Editing.Content], async (transaction, product) =>
        {
            if (new Faults().CheckImages(request.Images).Problem is { } wrong)
                return wrong;
            var added = request.Images.Select(image => image.Address).Except(product.Images.Select(image => image.Address));
            if (!await ImageStore.Keep(transaction, [.. added], cancel))
                return Problems.UnknownImage;
            await ProductWrites.SetImages(transaction, Editing.IdOf(product), request.Images, cancel);
            return null;
        }, cancel);
}
