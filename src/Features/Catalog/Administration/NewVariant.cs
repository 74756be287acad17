using Doorbuster.Platform;

namespace Doorbuster.Catalog.Administration;

/// <summary>A variant that is to be made.</summary>
internal static class NewVariant
{
    public const int PerProductMax = 100;

    /// <param name="Price">Its list price.</param>
    /// <param name="Stock">Units that are put on sale.</param>
    /// <param name="Options">What variants of a product differ in.</param>
    public sealed record Body(
        string Sku, MoneyView Price, long Stock, IReadOnlyDictionary<string, string>? Options = null,
        string TaxClass = TaxRules.StandardClass);

    public static void Check(Faults faults, string field, Body? body)
    {
        if (body is null)
        {
            faults.Unless(false, field, "must not be null");
            return;
        }
        var prefix = field.Length == 0 ? "" : field + ".";
        faults.Unless(CatalogRow.NormalizeSku(body.Sku) is not null, prefix + "sku",
                "must be 1 to 40 letters, digits, points, hyphens and underscores, beginning with a letter or digit")
            .CheckPrice(prefix + "price", body.Price).CheckStock(prefix + "stock", body.Stock)
            .CheckOptions(prefix + "options", body.Options).CheckTaxClass(prefix + "taxClass", body.TaxClass);
    }

    public static SortedDictionary<string, string> OptionsOf(IReadOnlyDictionary<string, string>? options) =>
        new(options?.ToDictionary() ?? [], StringComparer.Ordinal);

    /// <summary>Whether two variants of a product would be the same to who chooses.</summary>
    public static bool HaveTwins(IEnumerable<SortedDictionary<string, string>> options)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return options.Any(variant => !seen.Add(string.Join('\0', variant.Select(option => $"{option.Key}\0{option.Value}"))));
    }
}
