using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Catalog;

/// <summary>A published product with its variants, by the SKU of any of them.</summary>
internal static class GetProduct
{
    public sealed record CategoryRef(string Slug, string Name);

    public sealed record Price(long Amount, string Currency);

    /// <param name="Price">What it costs now.</param>
    /// <param name="ListPrice">What it costs without a promotion.</param>
    /// <param name="PriceUntil">When a promotion next begins or ends; null: none is planned.</param>
    public sealed record VariantItem(
        string Sku, SortedDictionary<string, string> Options, Price Price, Price ListPrice, DateTimeOffset? PriceUntil)
    {
        internal static VariantItem From(ProductVariant variant, DateTimeOffset now) => new(
            variant.Sku, variant.Options, new(variant.Prices.At(now), variant.Prices.Currency),
            new(variant.Prices.ListMinor, variant.Prices.Currency), variant.Prices.NextChange(now));
    }

    /// <param name="Sku">Of the leading variant.</param>
    /// <param name="Image">Null: none.</param>
    public sealed record Response(
        string Id, string Sku, string Title, string Description, CategoryRef Category, string? Image,
        IReadOnlyList<VariantItem> Variants, long Version, DateTimeOffset UpdatedAt)
    {
        internal static Response From(Product product, DateTimeOffset now) => new(
            PublicId.Format(Product.IdPrefix, product.Id), product.Sku, product.Title, product.Description,
            new(product.CategorySlug, product.CategoryName), product.Image.Length == 0 ? null : product.Image,
            [.. product.Variants.Select(variant => VariantItem.From(variant, now))],
            product.Version, product.UpdatedAt);
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/products/{sku}", Handle).WithName("GetProduct").WithSummary("One product with its variants and stock").ForAnyone()
        .Refuses(Problems.ProductNotFound)
        .Produces<Response>().Produces(StatusCodes.Status304NotModified);

    private static async Task<IResult> Handle(string sku, Pages pages) =>
        CatalogRow.NormalizeSku(sku) is { } normal && await pages.Product(normal) is { } page ? page : Problems.ProductNotFound;
}
