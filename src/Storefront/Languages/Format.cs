using System.Globalization;
using Doorbuster.Platform;

namespace Doorbuster.Storefront.Languages;

/// <summary>
/// Money, numbers, dates and times as a language writes them. Ours, because the program carries no culture data: it would cost
/// every process 30 MB for two languages.
/// </summary>
public static class Format
{
    private const int AmountLengthMax = 14;

    private static readonly string[] EnglishDays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    private static readonly string[] ChineseDays = ["周日", "周一", "周二", "周三", "周四", "周五", "周六"];
    private static readonly string[] EnglishMonths =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    private static string SignOf(string currency, Language language) => (currency, language.Code) switch
    {
        ("USD", "zh") => "US$",
        ("USD", _) => "$",
        ("GBP", _) => "£",
        ("EUR", _) => "€",
        ("CNY", "zh") => "¥",
        ("CNY", _) => "CN¥",
        ("JPY", "zh") => "JP¥",
        ("JPY", _) => "¥",
        _ => currency + " ",
    };

    /// <param name="minor">In the currency's minor unit.</param>
    public static string Money(long minor, string currency, Language language)
    {
        var amount = Currencies.Grouped(minor, currency);
        return minor < 0 ? $"−{SignOf(currency, language)}{amount[1..]}" : SignOf(currency, language) + amount;
    }

    /// <summary>An amount as somebody writes it, <c>12.5</c> or <c>12,50</c>, in the minor unit.</summary>
    public static bool TryReadMoney(string text, string currency, out long minor)
    {
        minor = 0;
        return text.Length <= AmountLengthMax && Currencies.TryRead(text.Replace(',', '.'), currency, out minor);
    }

    public static string Number(long number, Language language) =>
        number.ToString("N0", CultureInfo.InvariantCulture).Replace("-", "−", StringComparison.Ordinal);

    /// <summary>"20 Nov 2026".</summary>
    public static string Date(DateTimeOffset at, Language language) => language.Code switch
    {
        "zh" => string.Create(CultureInfo.InvariantCulture, $"{at.Year}年{at.Month}月{at.Day}日"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{at.Day} {EnglishMonths[at.Month - 1]} {at.Year}"),
    };

    /// <summary>"Fri 20 Nov, 20:00".</summary>
    public static string DateAndTime(DateTimeOffset at, Language language) => language.Code switch
    {
        "zh" => string.Create(CultureInfo.InvariantCulture,
            $"{at.Month}月{at.Day}日 {ChineseDays[(int)at.DayOfWeek]} {at:HH:mm}"),
        _ => string.Create(CultureInfo.InvariantCulture,
            $"{EnglishDays[(int)at.DayOfWeek]} {at.Day} {EnglishMonths[at.Month - 1]}, {at:HH:mm}"),
    };

    public static string Percent(int percent, Language language) => string.Create(CultureInfo.InvariantCulture, $"{percent}%");
}
