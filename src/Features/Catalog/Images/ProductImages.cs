using System.Text.Json;
using Doorbuster.Catalog.Administration;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Catalog.Images;

/// <summary>What a product shows, in this order; the first is its main picture. They are kept in the product's row: its version
/// counts them, and its lock is theirs.</summary>
internal static class ProductImages
{
    public const int PerProductMax = 12;
    public const int AltMax = 300;

    /// <param name="Address">Of an uploaded picture, or of one elsewhere.</param>
    /// <param name="Alt">What it shows, for whoever does not see it; empty: what the product's title says.</param>
    public sealed record Item(string Address, string Alt = "");

    public static bool IsAddress(string address) => address.Length > 0 && CatalogRow.IsImage(address);

    public static bool IsAlt(string alt) => CatalogRow.IsLine(alt, AltMax);

    public static Faults CheckImage(this Faults faults, string prefix, Item image) => faults
        .Unless(IsAddress(image.Address), prefix + "address",
            $"must be an address beginning with https:// or /, of at most {CatalogRow.ImageMax} characters")
        .Unless(IsAlt(image.Alt), prefix + "alt", $"must be one line of at most {AltMax} characters");

    public static Faults CheckImages(this Faults faults, IReadOnlyList<Item>? images)
    {
        if (images is null)
            return faults;
        for (var i = 0; i < images.Count; i++)
            if (images[i] is { } image)
                faults.CheckImage($"images[{i}].", image);
            else
                faults.Unless(false, $"images[{i}]", "must not be null");
        return faults
            .Unless(images.Count <= PerProductMax, "images", $"must be at most {PerProductMax}")
            .Unless(images.DistinctBy(image => image?.Address).Count() == images.Count, "images", "must not name a picture twice");
    }

    public static IReadOnlyList<Item> Read(string json) =>
        json == "[]" ? [] : JsonSerializer.Deserialize(json, CatalogJson.Default.ProductImages)!;

    public static string Json(IReadOnlyList<Item> images) => JsonSerializer.Serialize(images, CatalogJson.Default.ProductImages);

    public static NpgsqlParameter Parameter(IReadOnlyList<Item> images) =>
        new() { Value = Json(images), NpgsqlDbType = NpgsqlDbType.Jsonb };
}
