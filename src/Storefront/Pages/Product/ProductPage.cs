using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Rendering;

namespace Doorbuster.Storefront.Pages.Product;

/// <summary>One product: its pictures, its variants with price and stock, and more of its kind.</summary>
internal static class ProductPage
{
    private const int AlikeMax = 4;
    private const int TogetherMax = 4;
    private const int SkusMax = 50;

    public static void Map(PageRoutes pages) => pages.Priced("/products/{sku}", Show, "variant");

    private static async Task<PageResult> Show(PageRequest request)
    {
        var answer = await request.Api.Get(
            $"/api/v1/products/{Uri.EscapeDataString(request.Route("sku"))}", StorefrontJson.Default.ApiProduct);
        if (answer.Refusal is { } refusal)
            return PageResult.Refused(refusal);
        var product = answer.Value!;
        // Every variant leads to one page, or search engines would see the same product many times.
        if (!string.Equals(request.Route("sku"), product.Sku, StringComparison.Ordinal))
            return PageResult.GoTo($"/products/{Uri.EscapeDataString(product.Sku)}?variant="
                + Uri.EscapeDataString(request.Route("sku").ToUpperInvariant()));
        var together = BoughtTogether(request, product);
        var alike = await request.Api.Get(
            $"/api/v1/products?category={Uri.EscapeDataString(product.Category.Slug)}&limit={AlikeMax + 1}",
            StorefrontJson.Default.ApiProducts);
        var chosen = product.Variants.FirstOrDefault(variant => variant.Sku == request.Query("variant"))
            ?? product.Variants.FirstOrDefault(variant => variant.Sku == product.Sku && variant.IsInStock)
            ?? product.Variants.FirstOrDefault(variant => variant.IsInStock) ?? product.Leading;
        return PageResult.View<ProductView, ProductModel>(new(
            product, chosen, await together,
            [.. (alike.Value?.Data ?? []).Where(other => other.Id != product.Id).Take(AlikeMax)]));
    }

    private static async Task<IReadOnlyList<ApiProduct>> BoughtTogether(PageRequest request, ApiProduct product)
    {
        var skus = string.Join('&', product.Variants.Take(SkusMax).Select(variant => "sku=" + Uri.EscapeDataString(variant.Sku)));
        var others = await request.Api.Get(
            $"/api/v1/also-bought?{skus}&limit={TogetherMax * 2}", StorefrontJson.Default.ApiAlsoBought);
        // Several of them may be variants of one product, and what is sold no longer is not found.
        var found = await Task.WhenAll((others.Value?.Data ?? []).Select(other => request.Api.Get(
            $"/api/v1/products/{Uri.EscapeDataString(other.Sku)}", StorefrontJson.Default.ApiProduct)));
        return [.. found.Select(answer => answer.Value).OfType<ApiProduct>().DistinctBy(other => other.Id)
            .Where(other => other.Id != product.Id).Take(TogetherMax)];
    }
}

/// <param name="Chosen">The variant that is ticked when the page is opened.</param>
/// <param name="Together">What others paid for together with it.</param>
/// <param name="Alike">Others of its department.</param>
public sealed record ProductModel(
    ApiProduct Product, ApiVariant Chosen, IReadOnlyList<ApiProduct> Together, IReadOnlyList<ApiProduct> Alike);
