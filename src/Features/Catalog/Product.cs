using System.Text.Json;
using Doorbuster.Catalog.Images;
using Doorbuster.Contracts.Catalog;

namespace Doorbuster.Catalog;

internal sealed record Product
{
    public const string IdPrefix = "prd";

    public required long Id { get; init; }
    public required string Sku { get; init; }
    public required string Title { get; init; }
    public required string Description { get; init; }
    public required string CategorySlug { get; init; }
    public required string CategoryName { get; init; }
    public required IReadOnlyList<ProductImages.Item> Images { get; init; }
    public required long Version { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public required JsonElement Attributes { get; init; }
    public List<ProductVariant> Variants { get; } = [];

    /// <summary>When a price next changes by itself; null: never.</summary>
    public DateTimeOffset? NextChange(DateTimeOffset now) => Variants.Min(variant => variant.Prices.NextChange(now));
}

internal sealed record ProductVariant(string Sku, SortedDictionary<string, string> Options, Prices Prices, long StockPool);

/// <summary>A variant as other features see it, at its list price, and what it costs when.</summary>
internal sealed record SoldVariant(Variant AtList, Prices Prices)
{
    public Variant At(DateTimeOffset now) =>
        Prices.At(now) is var price && price == AtList.PriceMinor ? AtList : AtList with { PriceMinor = price };
}
