using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Catalog.Administration;

/// <summary>Other options, another list price or tax class.</summary>
internal static class ChangeVariant
{
    /// <param name="Price">The list price. Timed prices in another currency no longer count.</param>
    public sealed record Request(
        IReadOnlyDictionary<string, string>? Options = null, MoneyView? Price = null, string? TaxClass = null);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPatch("/api/admin/v1/catalog/variants/{sku}", Handle)
        .ForAdmin().WithName("ChangeVariant").WithTags("Catalog (administration)")
        .WithSummary("Change what is given of a variant; the version is its product's.")
        .Refuses(Problems.ProductNotFound, Problems.VariantTwin, Problems.VersionRequired, Problems.VersionOutdated);

    private static Task<Results<Ok<AdminViews.Product>, Problem>> Handle(
        string sku, Request request, [FromHeader(Name = "If-Match")] string? ifMatch, Person person, Editing editing, HttpContext http,
        CancellationToken cancel)
    {
        string[] what = request switch
        {
            { Price: null } => [Editing.Content],
            { Options: null, TaxClass: null } => [Editing.Price],
            _ => [Editing.Content, Editing.Price],
        };
        return editing.Change(http, sku, ifMatch, person, what, async (transaction, product) =>
        {
            if (Check(request) is { } wrong)
                return wrong;
            var normal = CatalogRow.NormalizeSku(sku)!;
            if (request.Options is not null && NewVariant.HaveTwins(product.Variants
                .Select(v => v.Sku == normal ? NewVariant.OptionsOf(request.Options) : v.Options)))
                return Problems.VariantTwin;
            await ProductWrites.ChangeVariant(transaction, normal, request, cancel);
            return null;
        }, cancel);
    }

    private static Problem? Check(Request request) => new Faults()
        .CheckOptions("options", request.Options).CheckPrice("price", request.Price).CheckTaxClass("taxClass", request.TaxClass)
        .Unless(request is not { Options: null, Price: null, TaxClass: null }, "body", "must change something")
        .Problem;
}
