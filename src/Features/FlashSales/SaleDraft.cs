using System.Globalization;
using Doorbuster.Platform;

namespace Doorbuster.FlashSales;

/// <summary>What somebody wants to offer, from the API or the command line, before it is checked.</summary>
internal sealed record SaleDraft(
    string Sku, long Units, int? LimitPerPerson, Money Price, DateTimeOffset OpensAt, DateTimeOffset? ClosesAt,
    TimeSpan Hold)
{
    public const long UnitsMax = 1_000_000_000;
    private const int LimitMax = 1_000_000;
    private const long PriceMinorMax = 100_000_000_000;

    public static readonly TimeSpan HoldDefault = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan HoldMin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan HoldMax = TimeSpan.FromMinutes(60);
    private static readonly TimeSpan AheadMax = TimeSpan.FromDays(366);
    private static readonly string[] TimeFormats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];

    /// <summary>What is wrong, by field; empty when it can be offered.</summary>
    public Dictionary<string, string[]> Check(DateTimeOffset now)
    {
        var wrong = new Dictionary<string, string[]>();
        if (string.IsNullOrWhiteSpace(Sku) || Sku.Length > 100)
            wrong["sku"] = ["Give the SKU of a variant, at most 100 characters."];
        if (Units is < 1 or > UnitsMax)
            wrong["units"] = [$"Offer 1 to {UnitsMax} units."];
        if (LimitPerPerson is < 1 or > LimitMax)
            wrong["limitPerPerson"] = [$"Allow a person 1 to {LimitMax} units, or leave it out for no limit."];
        if (Price.Minor is < 1 or > PriceMinorMax)
            wrong["price.amount"] = [$"Ask 1 to {PriceMinorMax} minor units."];
        if (Price.Currency is not { Length: 3 } || !Price.Currency.All(char.IsAsciiLetterUpper))
            wrong["price.currency"] = ["Give an ISO 4217 code, such as GBP."];
        if (Hold < HoldMin || Hold > HoldMax)
            wrong["holdSeconds"] = ["Hold units for 30 to 3600 seconds."];
        foreach (var (field, what) in CheckTimes(OpensAt, ClosesAt, now))
            wrong[field] = [what];
        return wrong;
    }

    /// <summary>What is wrong with a sale's times, by field.</summary>
    public static IEnumerable<(string Field, string What)> CheckTimes(
        DateTimeOffset opensAt, DateTimeOffset? closesAt, DateTimeOffset now)
    {
        if (opensAt > now + AheadMax)
            yield return ("opensAt", "Open within the next 366 days.");
        if (closesAt <= opensAt)
            yield return ("closesAt", "Close after opening.");
        else if (closesAt <= now)
            yield return ("closesAt", "Close in the future.");
        else if (closesAt > now + 2 * AheadMax)
            yield return ("closesAt", "Close within the next two years.");
    }

    /// <summary><c>now</c>, <c>+60s</c>, or a time with its offset; in whole milliseconds.</summary>
    public static DateTimeOffset? ParseTime(string text, DateTimeOffset now)
    {
        DateTimeOffset? found = text switch
        {
            "now" => now,
            ['+', ..] => ParseDuration(text[1..]) is { } wait ? now + wait : null,
            [.., 'Z'] or [.., '+' or '-', _, _, ':', _, _] when DateTimeOffset.TryParseExact(
                text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) => at,
            _ => null,
        };
        return found is { } time ? DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds()) : null;
    }

    /// <summary><c>90s</c>, <c>15m</c>, <c>2h</c>, <c>3d</c>.</summary>
    public static TimeSpan? ParseDuration(string text)
    {
        if (text.Length < 2
            || !int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        return text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' when number <= 100_000 => TimeSpan.FromHours(number),
            'd' when number <= 10_000 => TimeSpan.FromDays(number),
            _ => null,
        };
    }

    /// <summary>An amount as people write it, <c>9.99</c>, in minor units of the currency.</summary>
    public static Money? ParsePrice(string text, string currency) =>
        Currencies.TryRead(text, currency, out var minor) ? new Money(minor, currency) : null;
}
