using System.Text.RegularExpressions;
using Doorbuster.Catalog.Images;
using Doorbuster.Platform;

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

    /// <summary>The SKU of the product's leading variant, which brings the product's title, text, category and pictures.</summary>
    public required string Product { get; init; }
    public required string Title { get; init; }

    /// <summary>From the top: <c>Home > Kitchen</c>.</summary>
    public required string Category { get; init; }
    public required long PriceMinor { get; init; }
    public required string Currency { get; init; }

    /// <summary>Null: what is there stays, what is new gets the default.</summary>
    public required long? Stock { get; init; }
    public string Description { get; init; } = "";

    /// <summary>Of a leading variant's row. Null: what is there stays.</summary>
    public IReadOnlyList<ProductImages.Item>? Images { get; init; }
    public bool IsPublished { get; init; } = true;
    public SortedDictionary<string, string> Options { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Null: what is there stays, what is new is taxed as standard goods.</summary>
    public string? TaxClass { get; init; }

    /// <summary>One timed price, in the variant's currency. Null: what is planned stays.</summary>
    public TimedPrice? Sale { get; init; }

    /// <summary>A JSON object, of a leading variant's row. Null: what is there stays.</summary>
    public string? Attributes { get; init; }

    /// <summary>Where it stands in its file; 0 for none.</summary>
    public int Line { get; init; }

    public bool Leads => Sku == Product;

    /// <summary>SKUs are the same whatever their case; in the database they are upper case.</summary>
    public static string? NormalizeSku(string sku) => SkuShape().IsMatch(sku) ? sku.ToUpperInvariant() : null;

    /// <summary>Null when it is no price above zero or has more digits than the currency.</summary>
    public static long? ParsePrice(string text, string currency) =>
        Currencies.TryRead(text, currency, out var minor) && minor is > 0 and <= PriceMinorMax ? minor : null;

    /// <summary>One line, not empty.</summary>
    public static bool IsTitle(string text) => IsLine(text, TitleMax) && !string.IsNullOrWhiteSpace(text);

    public static bool IsLine(string text, int max) => text.Length <= max && !text.Any(char.IsControl);

    public static bool IsDescription(string text) => text.Length <= DescriptionMax
        && !text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t'));

    /// <summary>Ours, or a page's own; never javascript: or data:.</summary>
    public static bool IsImage(string image) => image.Length == 0
        || image.Length <= ImageMax && !image.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))
            && (image[0] == '/' && !image.StartsWith("//", StringComparison.Ordinal)
                || image.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
                || image.StartsWith("http://", StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
    private static partial Regex SkuShape();
}
