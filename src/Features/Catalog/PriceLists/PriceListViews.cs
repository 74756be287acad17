using Doorbuster.Platform;
using Doorbuster.Platform.Web;

namespace Doorbuster.Catalog.PriceLists;

/// <summary>Price lists as those who run the shop see them.</summary>
internal static class PriceListViews
{
    /// <param name="Group">Whose members pay by it.</param>
    /// <param name="Priority">Of the lists that run for somebody and have the variant, the highest counts.</param>
    /// <param name="From">Null: ever since.</param>
    /// <param name="Until">Null: until it is taken back.</param>
    /// <param name="Prices">How many variants have a price in it.</param>
    public sealed record View(
        string Code, string Name, string Currency, string Group, int Priority, DateTimeOffset? From, DateTimeOffset? Until,
        bool Active, long Prices, long Version, DateTimeOffset UpdatedAt);

    public sealed record ViewPage(IReadOnlyList<View> Data, PageInfo Page);

    /// <param name="ListPrice">What everybody pays without a promotion.</param>
    public sealed record ListedPrice(string Sku, string Title, MoneyView Price, MoneyView ListPrice);

    public sealed record ListedPrices(IReadOnlyList<ListedPrice> Data, PageInfo Page);

    /// <summary>Some of a list's prices, by SKU, as they were or are: for the record.</summary>
    public sealed record Noted(string Code, SortedDictionary<string, MoneyView> Prices, long Version);

    /// <summary>A file that came in, as far as one list goes: for the record.</summary>
    public sealed record Imported(string List, int PricesSet, int PricesRemoved);

    public static View Of(PriceList list) => new(
        list.Code, list.Name, list.Currency, list.Group, list.Priority, list.StartsAt, list.EndsAt, list.IsActive, list.Prices,
        list.Version, list.UpdatedAt);
}
