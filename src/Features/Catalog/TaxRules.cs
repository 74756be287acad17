namespace Doorbuster.Catalog;

/// <summary>How places and classes of goods are written in tax rules.</summary>
internal static class TaxRules
{
    public const string IdPrefix = "tax";
    public const string StandardClass = "standard";
    public const int RegionMax = 80;
    public const int TaxClassMax = 40;
    public const int TitleMax = 80;
    public const int RateMax = 10_000;    // hundredths of a percent

    public static string NormalizeCountry(string country) => country.Trim().ToUpperInvariant();

    /// <summary><c>ca</c>, <c>CA</c> and <c>US-CA</c> in the United States are the same region; empty: the whole country.</summary>
    public static string NormalizeRegion(string country, string? region)
    {
        var name = region?.Trim().ToUpperInvariant() ?? "";
        var prefix = NormalizeCountry(country) + "-";
        return name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;
    }

    public static bool IsCountry(string text) => text.Length == 2 && text.All(char.IsAsciiLetterUpper);

    public static bool IsTaxClass(string text) => text.Length is > 0 and <= TaxClassMax
        && char.IsAsciiLetterLower(text[0]) && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
