using System.Text.Json;

namespace Doorbuster.Storefront.Api;

// As far as pages read them; the API's description is docs/reference/openapi.json.

public sealed record ApiMoney(long Amount, string Currency);

public sealed record ApiPage(bool HasMore, string? NextCursor);

public sealed record ApiCategory(string Slug, string Name, string? Parent, long Products);

public sealed record ApiCategories(IReadOnlyList<ApiCategory> Data);

public sealed record ApiCategoryRef(string Slug, string Name);

public sealed record ApiVariant(
    string Sku, SortedDictionary<string, string> Options, ApiMoney Price, ApiMoney ListPrice, DateTimeOffset? PriceUntil,
    string StockBand, int Available)
{
    public bool IsReduced => Price.Amount < ListPrice.Amount;
    public bool IsInStock => Available > 0;
}

public sealed record ApiImage(string Address, string Alt);

public sealed record ApiProduct(
    string Id, string Sku, string Title, string Description, ApiCategoryRef Category,
    IReadOnlyList<ApiImage> Images, JsonElement Attributes, IReadOnlyList<ApiVariant> Variants, DateTimeOffset UpdatedAt)
{
    /// <summary>The main picture's address; null: it has none.</summary>
    public string? Image => Images is [var main, ..] ? main.Address : null;

    public ApiVariant Leading => Variants.FirstOrDefault(variant => variant.Sku == Sku) ?? Variants[0];
}

public sealed record ApiProducts(IReadOnlyList<ApiProduct> Data, ApiPage Page);

public sealed record ApiAlsoBought(IReadOnlyList<ApiSku> Data);

public sealed record ApiSku(string Sku);

public sealed record ApiFacetValue(string Value, long Products);

public sealed record ApiFacet(string Name, IReadOnlyList<ApiFacetValue> Values);

public sealed record ApiFacets(IReadOnlyList<ApiFacet> Data);
