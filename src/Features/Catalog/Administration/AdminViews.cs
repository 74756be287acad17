using System.Text.Json;
using Doorbuster.Catalog.Images;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;

namespace Doorbuster.Catalog.Administration;

/// <summary>The catalog as those who run the shop see it: all of it, with versions.</summary>
internal static class AdminViews
{
    /// <param name="ListPrice">Without a promotion.</param>
    /// <param name="Price">Now.</param>
    /// <param name="Stock">Units ever put on sale; those held and sold count in it.</param>
    public sealed record Variant(
        string Sku, SortedDictionary<string, string> Options, MoneyView ListPrice, MoneyView Price, string TaxClass,
        long Stock, IReadOnlyList<TimedPrice> Prices);

    /// <param name="From">Null: ever since.</param>
    /// <param name="Until">Null: until it is taken back.</param>
    public sealed record TimedPrice(MoneyView Price, DateTimeOffset? From, DateTimeOffset? Until);

    /// <param name="Images">In this order; the first is the main one.</param>
    public sealed record Product(
        string Id, string Sku, string Title, string Description, string Category, IReadOnlyList<ProductImages.Item> Images,
        bool Published, JsonElement Attributes, IReadOnlyList<Variant> Variants, long Version, DateTimeOffset UpdatedAt);

    /// <param name="Parent">Null: at the top.</param>
    public sealed record Category(string Slug, string Name, string? Parent, long Products, long Version);

    /// <param name="Region">Empty: the whole country.</param>
    /// <param name="RateBasisPoints">Hundredths of a percent: 2000 is 20 %.</param>
    public sealed record TaxRule(
        string Id, string Country, string Region, string TaxClass, string Title, int RateBasisPoints, long Version);

    public sealed record Settings(bool PricesIncludeTax, long Version);

    /// <summary>A file that was imported, on record.</summary>
    public sealed record Import(string Format, int Rows, int Added, int Changed, int Rejected);

    /// <param name="Person">Null: the shop itself.</param>
    /// <param name="Before">The fields that were otherwise; null for what was created.</param>
    public sealed record Change(
        string Id, DateTimeOffset At, string? Person, string Kind, string Subject, string Action, JsonElement? Before,
        JsonElement? After);

    public sealed record ProductList(IReadOnlyList<Product> Data, PageInfo Page);

    public sealed record CategoryList(IReadOnlyList<Category> Data, PageInfo Page);

    public sealed record TaxRuleList(IReadOnlyList<TaxRule> Data, PageInfo Page);

    public sealed record ChangeList(IReadOnlyList<Change> Data, PageInfo Page);
}
