using System.Text.Json;
using Doorbuster.Catalog.Images;
using Doorbuster.Contracts.Accounts;
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

    /// <param name="Price">What it costs now, for whoever asks.</param>
    /// <param name="ListPrice">What it costs without a promotion or price list.</param>
    /// <param name="PriceUntil">When a promotion or price list next begins or ends; null: none is planned.</param>
    /// <param name="StockBand"><c>plenty</c>, <c>low</c>, <c>last</c> or <c>none</c>, of the units nobody holds or has.</param>
    /// <param name="Available">Units one can still take, 10 for 10 or more.</param>
    public sealed record VariantItem(
        string Sku, SortedDictionary<string, string> Options, MoneyView Price, MoneyView ListPrice,
        DateTimeOffset? PriceUntil, string StockBand, int Available)
    {
        private const int AvailableMax = 10;
        private const int LastMax = 3;

        internal static VariantItem From(ProductVariant variant, long free, DateTimeOffset now) => new(
            variant.Sku, variant.Options, new(variant.Prices.At(now), variant.Prices.Currency),
            new(variant.Prices.ListMinor, variant.Prices.Currency), variant.Prices.NextChange(now), BandOf(free),
            (int)Math.Clamp(free, 0, AvailableMax));

        // Counts, not shares: fewer than ten of a shelf's worth are few, whatever there once were.
        private static string BandOf(long free) => free switch
        {
            <= 0 => "none",
            <= LastMax => "last",
            < AvailableMax => "low",
            _ => "plenty",
        };
    }

    /// <param name="Sku">Of the leading variant.</param>
    /// <param name="Images">In this order; the first is the main one.</param>
    public sealed record Response(
        string Id, string Sku, string Title, string Description, CategoryRef Category,
        IReadOnlyList<ProductImages.Item> Images, JsonElement Attributes, IReadOnlyList<VariantItem> Variants, long Version, DateTimeOffset UpdatedAt)
    {
        internal static Response From(Product product, IReadOnlyDictionary<long, long> free, DateTimeOffset now) => new(
            PublicId.Format(Product.IdPrefix, product.Id), product.Sku, product.Title, product.Description,
            new(product.CategorySlug, product.CategoryName), product.Images, product.Attributes,
            [.. product.Variants.Select(variant => VariantItem.From(variant, free.GetValueOrDefault(variant.StockPool), now))],
            product.Version, product.UpdatedAt);
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/products/{sku}", Handle).WithName("GetProduct").WithSummary("One product with its variants and stock").ForAnyone()
        .Refuses(Problems.ProductNotFound)
        .Produces<Response>().Produces(StatusCodes.Status304NotModified);

    private static async Task<IResult> Handle(
        string sku, HttpContext http, Pages pages, ICustomerGroups groups, ISessions sessions) =>
        CatalogRow.NormalizeSku(sku) is { } normal
            && await pages.Product(normal, await groups.OfCaller(http, sessions)) is { } page ? page : Problems.ProductNotFound;
}
