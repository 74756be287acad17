using System.Collections.Frozen;
using System.Globalization;

namespace Doorbuster.Catalog;

/// <summary>The currencies of ISO 4217 that goods can be sold in, with the digits each has after its point.</summary>
internal static class Currencies
{
    private const string WithTwo =
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE "
        + "CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW "
        + "KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK "
        + "PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS "
        + "UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW ZWG";

    private const string WithoutMinor = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
    private const string WithThree = "BHD IQD JOD KWD LYD OMR TND";
    private const string WithFour = "CLF UYW";

    private static readonly FrozenDictionary<string, int> Digits =
        new (string Codes, int Digits)[] { (WithTwo, 2), (WithoutMinor, 0), (WithThree, 3), (WithFour, 4) }
            .SelectMany(group => group.Codes.Split(' ').Select(code => KeyValuePair.Create(code, group.Digits)))
            .ToFrozenDictionary(StringComparer.Ordinal);

    public static IEnumerable<(string Code, int Digits)> All =>
        Digits.OrderBy(currency => currency.Key, StringComparer.Ordinal).Select(currency => (currency.Key, currency.Value));

    public static bool IsCode(string text) => Digits.ContainsKey(text);

    public static int DigitsOf(string currency) => Digits.GetValueOrDefault(currency, 2);

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

    private static decimal ScaleOf(string currency) => DigitsOf(currency) switch { 0 => 1, 3 => 1_000, 4 => 10_000, _ => 100 };
}
