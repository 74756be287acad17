using System.Globalization;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Rendering;
using Microsoft.AspNetCore.Http;
using Doorbuster.Platform.Web;

namespace Doorbuster.Storefront.Pages.Cart;

/// <summary>What one put aside: change it, take it out, go on to the checkout.</summary>
internal static class CartPage
{
    public static void Map(PageRoutes pages)
    {
        pages.Personal("/cart", Access.Anyone, request => Show(request, refusal: null));
        pages.Form("/cart/items", Access.Anyone, Add, shows: "/cart");
        pages.Form("/cart/items/{sku}", Access.Anyone, Change, shows: "/cart");
    }

    /// <summary>The cart, with why what was asked for cannot be.</summary>
    public static async Task<PageResult> Show(PageRequest request, ApiRefusal? refusal)
    {
        var answer = await request.Api.Get("/api/v1/cart", BuyingJson.Default.ApiCart);
        if (answer.Refusal is { Status: not StatusCodes.Status401Unauthorized } away)
            return PageResult.Refused(away);
        var cart = answer.Value ?? new([], 0, null);
        var asked = refusal?.More?.GetValueOrDefault("sku") is { ValueKind: System.Text.Json.JsonValueKind.String } sku
            ? sku.GetString() : null;
        var products = await Products(request, cart.Items.Select(item => item.Sku).Append(asked).OfType<string>());
        return PageResult.View<CartView, CartModel>(
            new(
                cart, products,
                refusal is null ? null : BuyingWords.Of(request.Words, refusal, sku => products.GetValueOrDefault(sku)?.Title ?? sku),
                asked is not null && cart.Items.All(item => item.Sku != asked) ? products.GetValueOrDefault(asked) : null,
                request.Query("added")),
            refusal?.Status ?? StatusCodes.Status200OK);
    }

    /// <summary>By stock-keeping unit, for their pictures and names; what cannot be read is not there.</summary>
    public static async Task<IReadOnlyDictionary<string, ApiProduct>> Products(PageRequest request, IEnumerable<string> skus)
    {
        var read = await Task.WhenAll(skus.Distinct().Select(async sku => (Sku: sku, Product: (await request.Api.Get(
            $"/api/v1/products/{Uri.EscapeDataString(sku)}", StorefrontJson.Default.ApiProduct)).Value)));
        return read.Where(one => one.Product is not null).ToDictionary(one => one.Sku, one => one.Product!);
    }

    public static int QuantityIn(PageRequest request) =>
        int.TryParse(request.Field("quantity"), NumberStyles.None, CultureInfo.InvariantCulture, out var quantity) ? quantity : 0;

    private static async Task<PageResult> Add(PageRequest request)
    {
        var sku = request.Field("sku");
        // With a script a second click has the key of the first; without, each one is its own wish.
        var answer = await request.AsSomebody(() => request.Api.Send(
            "POST", "/api/v1/cart/items", BuyingJson.Default.ApiCart,
            ShopApi.Json(new(sku, Math.Max(1, QuantityIn(request))), BuyingJson.Default.ApiCartAddition), request.SentKey()));
        return answer.Refusal is { } refusal
            ? await Show(request, Naming(refusal, sku))
            : PageResult.GoTo($"/cart?added={Uri.EscapeDataString(sku)}");
    }

    private static async Task<PageResult> Change(PageRequest request)
    {
        var sku = request.Route("sku");
        var path = $"/api/v1/cart/items/{Uri.EscapeDataString(sku)}";
        var refusal = request.Field("do") == "remove" || QuantityIn(request) == 0
            ? await request.Api.Do("DELETE", path)
            : await request.Api.Do(
                "PUT", path, ShopApi.Json(new(QuantityIn(request)), BuyingJson.Default.ApiQuantity));
        // Whose session ended has no cart, and what another window took out is out: the cart as it is says it.
        return refusal is null or { Status: StatusCodes.Status401Unauthorized } or { Code: "not_in_cart" }
            ? PageResult.GoTo("/cart")
            : await Show(request, Naming(refusal, sku));
    }

    /// <summary>The refusal of what was said to be about one thing, with its name.</summary>
    public static ApiRefusal Naming(ApiRefusal refusal, string sku)
    {
        refusal.More ??= [];
        refusal.More.TryAdd("sku", System.Text.Json.JsonSerializer.SerializeToElement(sku, StorefrontJson.Default.String));
        return refusal;
    }
}

/// <param name="Products">By stock-keeping unit.</param>
/// <param name="Problem">Why what was asked for cannot be.</param>
/// <param name="Refused">What it was about, when it is not in the cart.</param>
/// <param name="Added">The unit that was just put in.</param>
public sealed record CartModel(
    ApiCart Cart, IReadOnlyDictionary<string, ApiProduct> Products, string? Problem, ApiProduct? Refused, string? Added)
{
    public ApiVariant? VariantOf(ApiCartItem item) =>
        Products.GetValueOrDefault(item.Sku)?.Variants.FirstOrDefault(variant => variant.Sku == item.Sku);

    /// <summary>Nothing in it stands in the way of ordering, as far as is known.</summary>
    public bool IsOrderable => Cart.Items.All(item =>
        item.IsForSale && (VariantOf(item) is not { } variant || variant.Available >= item.Quantity || variant.StockBand is "plenty" or "low"));
}
