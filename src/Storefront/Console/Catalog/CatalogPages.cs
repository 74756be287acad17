using System.Globalization;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Console.Tables;
using Doorbuster.Storefront.Languages;
using Doorbuster.Storefront.Parts;
using Doorbuster.Storefront.Rendering;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Storefront.Console.Catalog;

/// <summary>The products: what they say, what they cost, how many there are.</summary>
internal static class CatalogPages
{
    public const string Api = "/api/admin/v1/catalog";
    private const int CategoriesMax = 100;

    public static void Map(ConsoleRoutes console)
    {
        console.Table("/products", Products());
        console.Page("/products/{sku}", request => Show(request, FormState.Empty, null));
        console.Form("/products/{sku}", ChangeProduct);
        console.Form("/products/{sku}/variants/{variant}", ChangeVariant, shows: "/products/{sku}");
        Pictures.Map(console);
    }

    private static Table<RunProduct> Products() => new()
    {
        Name = "products",
        Title = "consoleCatalog.title",
        EmptyText = "consoleCatalog.none",
        List = (api, query) => api.Get($"{Api}/products{query}", ConsoleCatalogJson.Default.ProductList),
        Key = product => product.Sku,
        Filters =
        [
            new("text", "consoleCatalog.search", Keeps: (product, text) =>
                product.Title.Contains(text, StringComparison.OrdinalIgnoreCase)
                || product.Variants.Any(variant => variant.Sku.Contains(text, StringComparison.OrdinalIgnoreCase))),
            new("published", "consoleCatalog.published", [("true", "console.yes"), ("false", "console.no")]),
        ],
        Columns =
        [
            new("title", "consoleCatalog.product",
                product => Cell.Of(product.Title, $"/admin/products/{Uri.EscapeDataString(product.Sku)}"), product => product.Title),
            new("sku", "consoleCatalog.sku", product => Cell.Of(product.Sku), product => product.Sku),
            new("category", "consoleCatalog.category", product => Cell.Of(product.Category), product => product.Category),
            new("variants", "consoleCatalog.variants", product => Cell.Of(product.Variants.Count), product => product.Variants.Count)
            { IsNumber = true },
            new("price", "consoleCatalog.price", product => Cell.Of(product.Variants[0].Price), product => product.Variants[0].Price.Amount)
            { IsNumber = true },
            new("stock", "consoleCatalog.stock", product => Cell.Of(product.Stock), product => product.Stock) { IsNumber = true },
            new("published", "consoleCatalog.published", product => Cell.Of(product.Published), product => product.Published),
            new("updated", "consoleCatalog.updated", product => Cell.Of(product.UpdatedAt), product => product.UpdatedAt),
        ],
    };

    /// <param name="of">Whose form it is: a variant's SKU, or null for the product's own.</param>
    public static async Task<PageResult> Show(
        PageRequest request, FormState form, string? of, int status = StatusCodes.Status200OK)
    {
        var found = await request.Api.Get(PathOf(request), ConsoleCatalogJson.Default.RunProduct);
        if (found.Refusal is { } refusal)
            return PageResult.Refused(refusal);
        var categories = await request.Api.Get(
            $"{Api}/categories?limit={CategoriesMax}", ConsoleCatalogJson.Default.CategoryList);
        return PageResult.View<ProductPage, ProductModel>(
            new(found.Value!, found.Tag!, categories.Value?.Data ?? [], form, of,
                request.Query("done") is null || status != StatusCodes.Status200OK ? null : "console.done", Intent.NewKey()), status);
    }

    private static async Task<PageResult> ChangeProduct(PageRequest request)
    {
        string? Touched(string name) => request.Form[name] == request.Form["was-" + name] ? null : request.Field(name);
        var change = new ProductChange(
            Touched("title"), Touched("description")?.ReplaceLineEndings("\n"), Touched("category"),
            Touched("published") is { } published ? published == "true" : null);
        if (change == new ProductChange())
            return Back(request, isDone: false);
        var refusal = await request.Api.Do(
            "PATCH", PathOf(request), ShopApi.Json(change, ConsoleCatalogJson.Default.ProductChange), ifMatch: request.Field("version"));
        return refusal is null ? Back(request, isDone: true) : await Refuse(request, refusal, null);
    }

    // Price and stock are two changes of one version each; the second names the version that the first made.
    private static async Task<PageResult> ChangeVariant(PageRequest request)
    {
        var (sku, version) = (request.Route("variant"), (string?)request.Field("version"));
        var path = $"{Api}/variants/{Uri.EscapeDataString(sku)}";
        var isPrice = request.Field("price") != request.Field("was-price");
        var isStock = request.Field("stock") != request.Field("was-stock");
        var isAmount = Format.TryReadMoney(request.Field("price"), request.Field("currency"), out var price);
        var isWhole = long.TryParse(request.Field("stock"), NumberStyles.None, CultureInfo.InvariantCulture, out var stock);
        var wrong = new Dictionary<string, string>();
        if (isPrice && !isAmount)
            wrong["price"] = request.Words["console.wrong_price"];
        if (isStock && !isWhole)
            wrong["stock"] = request.Words["console.wrong_number"];
        if (wrong.Count > 0)
            return await Show(request, FormState.Sent(request.Form) with { Errors = wrong }, sku, StatusCodes.Status422UnprocessableEntity);

        if (isPrice)
        {
            var changed = await request.Api.Send(
                "PATCH", path, ConsoleCatalogJson.Default.RunProduct,
                ShopApi.Json(new(new(price, request.Field("currency"))), ConsoleCatalogJson.Default.PriceChange), ifMatch: version);
            if (changed.Refusal is { } refusal)
                return await Refuse(request, refusal, sku);
            version = changed.Tag;
        }
        if (isStock && await request.Api.Do(
            "PUT", path + "/stock", ShopApi.Json(new(stock), ConsoleCatalogJson.Default.StockChange), ifMatch: version) is { } refused)
            return await Refuse(request, refused, sku);
        return Back(request, isDone: isPrice || isStock);
    }

    public static async Task<PageResult> Refuse(PageRequest request, ApiRefusal refusal, string? of) => refusal switch
    {
        _ when refusal.IsHopeless() => PageResult.Refused(refusal),
        { Status: StatusCodes.Status412PreconditionFailed } => await Show(
            request, FormState.Sent(request.Form) with { Problem = request.Words["console.outdated"] }, of, StatusCodes.Status409Conflict),
        _ => await Show(request, FormState.Of(request.Form, refusal, request.Words), of, refusal.FormStatus()),
    };

    public static PageResult Back(PageRequest request, bool isDone, string part = "") =>
        PageResult.GoTo($"/admin/products/{Uri.EscapeDataString(request.Route("sku"))}{(isDone ? "?done=1" : "")}{part}");

    public static string PathOf(PageRequest request) => $"{Api}/products/{Uri.EscapeDataString(request.Route("sku"))}";
}

/// <param name="Version">Its tag; a variant's is the same.</param>
/// <param name="Of">Whose form was sent: a variant's SKU, or null for the product's own.</param>
public sealed record ProductModel(
    RunProduct Product, string Version, IReadOnlyList<RunCategory> Categories, FormState Form, string? Of, string? Notice, string Key)
{
    /// <summary>A field as it was sent, else as it is.</summary>
    public string Sent(string? of, string name, string now) => Of == of ? Form.Values.GetValueOrDefault(name, now) : now;

    /// <summary>What was written of a picture, wherever it is now.</summary>
    public string SentAlt(ApiImage image)
    {
        if (Of == Pictures.Form)
            for (var i = 0; Form.Values.TryGetValue(Pictures.AddressField(i), out var address); i++)
                if (address == image.Address)
                    return Form.Values.GetValueOrDefault(Pictures.AltField(i), image.Alt);
        return image.Alt;
    }

    public string? Wrong(string? of, string name) => Of == of ? Form.Errors.GetValueOrDefault(name) : null;
}
