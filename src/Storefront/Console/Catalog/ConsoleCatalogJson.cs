using System.Text.Json;
using System.Text.Json.Serialization;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Console.Tables;

namespace Doorbuster.Storefront.Console.Catalog;

/// <param name="Stock">Units ever put on sale; those held and sold count in it.</param>
public sealed record RunVariant(
    string Sku, SortedDictionary<string, string> Options, ApiMoney ListPrice, ApiMoney Price, string TaxClass, long Stock);

public sealed record RunProduct(
    string Id, string Sku, string Title, string Description, string Category, IReadOnlyList<ApiImage> Images, bool Published,
    IReadOnlyList<RunVariant> Variants, long Version, DateTimeOffset UpdatedAt)
{
    public long Stock => Variants.Sum(variant => variant.Stock);
}

public sealed record RunCategory(string Slug, string Name, string? Parent, long Products, long Version);

public sealed record ProductChange(string? Title = null, string? Description = null, string? Category = null, bool? Published = null);

public sealed record PriceChange(ApiMoney Price);

public sealed record StockChange(long Stock);

/// <summary>The product's pictures as they shall be.</summary>
public sealed record PicturesChange(IReadOnlyList<ApiImage> Images);

public sealed record Uploaded(string Address);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ApiList<RunProduct>), TypeInfoPropertyName = "ProductList")]
[JsonSerializable(typeof(ApiList<RunCategory>), TypeInfoPropertyName = "CategoryList")]
[JsonSerializable(typeof(RunProduct))]
[JsonSerializable(typeof(ProductChange))]
[JsonSerializable(typeof(PriceChange))]
[JsonSerializable(typeof(StockChange))]
[JsonSerializable(typeof(PicturesChange))]
[JsonSerializable(typeof(ApiImage))]
[JsonSerializable(typeof(Uploaded))]
internal sealed partial class ConsoleCatalogJson : JsonSerializerContext;
