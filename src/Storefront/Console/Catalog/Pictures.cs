using System.Globalization;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Languages;
using Doorbuster.Storefront.Parts;
using Doorbuster.Storefront.Rendering;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Storefront.Console.Catalog;

/// <summary>A product's pictures: more of them, in another order, with other words, fewer.</summary>
internal static class Pictures
{
    public const int PerProductMax = 12;
    public const int AltMax = 300;

    /// <summary>Whose form it is that was sent. No SKU is in small letters.</summary>
    public const string Form = "pictures";

    private const string Part = "#pictures";
    private const long BytesMax = PerProductMax * 5L * 1024 * 1024 + 64 * 1024;

    public static void Map(ConsoleRoutes console)
    {
        console.Form("/products/{sku}/pictures", Change, shows: "/products/{sku}");
        console.Files("/products/{sku}/pictures/new", BytesMax, Add, shows: "/products/{sku}");
    }

    public static string AddressField(int i) => string.Create(CultureInfo.InvariantCulture, $"address-{i}");

    public static string AltField(int i) => string.Create(CultureInfo.InvariantCulture, $"alt-{i}");

    // The page sends the whole list, and with it what is to become of one: "up-2", "down-2", "remove-2".
    private static async Task<PageResult> Change(PageRequest request)
    {
        var images = new List<ApiImage>();
        while (images.Count <= PerProductMax && request.Field(AddressField(images.Count)) is { Length: > 0 } address)
            images.Add(new(address, request.Field(AltField(images.Count))));
        if (request.Field("do").Split('-') is [var verb, var place]
            && int.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var i) && i < images.Count)
            Do(images, verb, i);

        var refusal = await request.Api.Do(
            "PUT", CatalogPages.PathOf(request) + "/images",
            ShopApi.Json(new(images), ConsoleCatalogJson.Default.PicturesChange), ifMatch: request.Field("version"));
        return refusal is null
            ? CatalogPages.Back(request, isDone: true, Part)
            : await CatalogPages.Refuse(request, refusal, Form);
    }

    private static void Do(List<ApiImage> images, string verb, int i)
    {
        switch (verb)
        {
            case "up" when i > 0:
                images.Reverse(i - 1, 2);
                break;
            case "down" when i < images.Count - 1:
                images.Reverse(i, 2);
                break;
            case "remove":
                images.RemoveAt(i);
                break;
        }
    }

    // Each file is an intent of its own: what is there already when one is refused stays.
    private static async Task<PageResult> Add(PageRequest request)
    {
        var files = request.Form.Files.Where(file => file.Length > 0).Take(PerProductMax + 1).ToList();
        if (files.Count == 0)
            return await Refuse(request, request.Words["consoleCatalog.picture_missing"]);
        for (var i = 0; i < files.Count; i++)
            if (await Add(request, files[i], $"{request.SentKey()}-{i}") is { } refusal)
                return refusal.Status is StatusCodes.Status404NotFound or >= 500
                    ? PageResult.Refused(refusal)
                    : await Refuse(request, $"{Path.GetFileName(files[i].FileName)}: {request.Words.Of(refusal)}");
        return CatalogPages.Back(request, isDone: true, Part);
    }

    private static async Task<ApiRefusal?> Add(PageRequest request, IFormFile file, string key)
    {
        using var bytes = new MemoryStream((int)file.Length);
        await file.CopyToAsync(bytes, request.Cancel);
        var uploaded = await request.Api.Upload(
            $"{CatalogPages.Api}/images", bytes.ToArray(), ConsoleCatalogJson.Default.Uploaded);
        return uploaded.Refusal ?? await request.Api.Do(
            "POST", CatalogPages.PathOf(request) + "/images",
            ShopApi.Json(new(uploaded.Value!.Address, ""), ConsoleCatalogJson.Default.ApiImage), key);
    }

    private static Task<PageResult> Refuse(PageRequest request, string why) => CatalogPages.Show(
        request, new FormState { Problem = why }, null, StatusCodes.Status422UnprocessableEntity);
}
