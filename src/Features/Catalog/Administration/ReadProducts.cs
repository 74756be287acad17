using System.ComponentModel.DataAnnotations;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Catalog.Administration;

/// <summary>All products, also those that are not on sale, with the version that a change must name.</summary>
internal static class ReadProducts
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var products = routes.MapGroup("/api/admin/v1/catalog/products").ForAdmin().WithTags("Catalog (administration)");
        products.MapGet("", List).WithName("ListProductsForAdmin")
            .WithSummary("All products, also those that are not on sale.").Refuses(WebProblems.InvalidCursor);
        products.MapGet("{sku}", Get).WithName("GetProductForAdmin")
            .WithSummary("A product with its version, which a change must name.").Refuses(Problems.ProductNotFound)
            .Produces(StatusCodes.Status304NotModified);
    }

    private static async Task<Results<Ok<AdminViews.ProductList>, Problem>> List(
        AdminStore store, CancellationToken cancel, string? category = null, bool? published = null,
        [Range(1, 100)] int limit = ListProducts.DefaultLimit, string? after = null)
    {
        var last = 0L;
        if (after is not null && !PublicId.TryParse(Product.IdPrefix, after, out last))
            return WebProblems.InvalidCursor;
        var slug = category?.Replace("\0", "", StringComparison.Ordinal);
        var (shown, page) = PageInfo.Cut(
            await store.ListProducts(slug, published, last, limit + 1, cancel), limit, product => product.Id);
        return TypedResults.Ok(new AdminViews.ProductList(shown, page));
    }

    private static async Task<Results<Ok<AdminViews.Product>, StatusCodeHttpResult, Problem>> Get(
        string sku, AdminStore store, HttpContext http, CancellationToken cancel)
    {
        if (CatalogRow.NormalizeSku(sku) is not { } normal || await store.FindProduct(normal, cancel) is not { } product)
            return Problems.ProductNotFound;
        return Versions.IsKnown(http, product.Version)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(product);
    }
}
