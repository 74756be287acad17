using System.Text.Json;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Catalog.Administration;

/// <summary>Another title, text, category or attributes; on sale or not.</summary>
internal static class ChangeProduct
{
    /// <param name="Attributes">Instead of all there were.</param>
    public sealed record Request(
        string? Title = null, string? Description = null, string? Category = null, bool? Published = null,
        JsonElement? Attributes = null);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPatch("/api/admin/v1/catalog/products/{sku}", Handle)
        .ForAdmin().WithName("ChangeProduct").WithTags("Catalog (administration)")
        .WithSummary("Change what is given of a product; what is left out stays.")
        .Refuses(Problems.ProductNotFound, Problems.UnknownCategory, Problems.VersionRequired, Problems.VersionOutdated);

    private static Task<Results<Ok<AdminViews.Product>, Problem>> Handle(
        string sku, Request request, [FromHeader(Name = "If-Match")] string? ifMatch, Person person, Editing editing, HttpContext http,
        CancellationToken cancel) =>
        editing.Change(http, sku, ifMatch, person, [Editing.Content], async (transaction, product) =>
        {
            if (Check(request) is { } wrong)
                return wrong;
            long? category = null;
            if (request.Category is { } slug)
            {
                category = await ProductWrites.FindCategory(transaction, slug, cancel);
                if (category is null)
                    return Problems.UnknownCategory;
            }
            await ProductWrites.ChangeProduct(transaction, Editing.IdOf(product), request, category, cancel);
            return null;
        }, cancel);

    private static Problem? Check(Request request) => new Faults()
        .CheckTitle(request.Title).CheckDescription(request.Description)
        .Unless(request.Attributes is not { } attributes || Attributes.IsGood(attributes), "attributes", Attributes.Shape)
        .Unless(request != new Request(), "body", "must change something")
        .Problem;
}
