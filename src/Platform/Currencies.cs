using System.Collections.Frozen;
using System.Globalization;

namespace Doorbuster.Platform;

/// <summary>The currencies of ISO 4217 that goods can be sold in, with the digits each has after its point. Amounts are written and
/// read digit by digit: nothing is rounded.</summary>
public static class Currencies
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

    /// <summary>Of one that is not known, two.</summary>
    public static int DigitsOf(string currency) => Digits.GetValueOrDefault(currency, 2);

    /// <summary>As programs read it: <c>1250.00</c>.</summary>
    public static string Plain(long minor, string currency) => Write(minor, currency, "D");

    /// <summary>As people read it: <c>1,250.00</c>.</summary>
    public static string Grouped(long minor, string currency) => Write(minor, currency, "N0");

    /// <summary><c>GBP 1,250.00</c></summary>
    public static string Text(long minor, string currency) => $"{currency} {Grouped(minor, currency)}";

    /// <summary>What <see cref="Plain"/> writes, and with fewer digits: <c>12.5</c>. False for what is no amount in this currency or is
    /// below zero.</summary>
    public static bool TryRead(string text, string currency, out long minor)
    {
        minor = 0;
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var (whole, part) = point < 0 ? (text, "") : (text[..point], text[(point + 1)..]);
        var digits = DigitsOf(currency);
        return whole.Length + part.Length > 0 && part.TrimEnd('0').Length <= digits
            && long.TryParse(
                whole + part.TrimEnd('0').PadRight(digits, '0'), NumberStyles.None, CultureInfo.InvariantCulture, out minor);
    }

    private static string Write(long minor, string currency, string wholeFormat)
    {
        var digits = DigitsOf(currency);
        var unit = UnitOf(digits);
        var amount = minor < 0 ? (ulong)-(minor + 1) + 1 : (ulong)minor;    // also the lowest of all, which has no positive
        var whole = (amount / unit).ToString(wholeFormat, CultureInfo.InvariantCulture);
        var part = digits == 0 ? "" : "." + (amount % unit).ToString("D" + digits, CultureInfo.InvariantCulture);
        return (minor < 0 ? "-" : "") + whole + part;
    }

    private static ulong UnitOf(int digits) => digits switch { 0 => 1, 3 => 1_000, 4 => 10_000, _ => 100 };
}
