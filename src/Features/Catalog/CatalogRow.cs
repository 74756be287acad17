using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Doorbuster.Catalog;

/// <summary>One variant as it comes in from outside, whatever the source: a file, the demonstration.</summary>
internal sealed partial record CatalogRow
{
    public const int TitleMax = 200;
    public const int DescriptionMax = 5_000;
    public const int ImageMax = 500;
    public const int OptionsMax = 10;
    public const int OptionMax = 80;
    public const int CategoryLevelsMax = 4;
    public const long StockMax = 1_000_000_000;
    public const long PriceMinorMax = 10_000_000_00;

    public required string Sku { get; init; }

    /// <summary>The SKU of the product's leading variant, which brings the product's title, text, category and image.</summary>
    public required string Product { get; init; }
    public required string Title { get; init; }

    /// <summary>From the top: <c>Home > Kitchen</c>.</summary>
    public required string Category { get; init; }
    public required long PriceMinor { get; init; }
    public required string Currency { get; init; }

    /// <summary>Null: what is there stays, what is new gets the default.</summary>
    public required long? Stock { get; init; }
    public string Description { get; init; } = "";
    public string Image { get; init; } = "";
    public bool IsPublished { get; init; } = true;
    public SortedDictionary<string, string> Options { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Where it stands in its file; 0 for none.</summary>
    public int Line { get; init; }

    public bool Leads => Sku == Product;

    /// <summary>SKUs are the same whatever their case; in the database they are upper case.</summary>
    public static string? NormalizeSku(string sku) => SkuShape().IsMatch(sku) ? sku.ToUpperInvariant() : null;

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
    private static partial Regex SkuShape();
}

/// <summary>How many digits a currency has after its point (ISO 4217).</summary>
internal static class Currencies
{
    private static readonly FrozenSet<string> WithoutMinor =
        FrozenSet.Create("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF");

    private static readonly FrozenSet<string> WithThree = FrozenSet.Create("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND");

    public static bool IsCode(string text) => text.Length == 3 && text.All(char.IsAsciiLetterUpper);

    public static int DigitsOf(string currency) =>
        WithoutMinor.Contains(currency) ? 0 : WithThree.Contains(currency) ? 3 : 2;

    /// <summary>Null when it is no price above zero or has more digits than the currency.</summary>
    public static long? ParsePrice(string text, string currency)
    {
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var price)
            || price is <= 0 or > CatalogRow.PriceMinorMax)
            return null;
        var minor = price * ScaleOf(currency);
        return minor == decimal.Truncate(minor) && minor <= CatalogRow.PriceMinorMax ? (long)minor : null;
    }

    public static string FormatPrice(long minor, string currency) =>
        (minor / ScaleOf(currency)).ToString($"F{DigitsOf(currency)}", CultureInfo.InvariantCulture);

    private static decimal ScaleOf(string currency) => DigitsOf(currency) switch { 0 => 1, 3 => 1000, _ => 100 };
}
