using System.Collections.Frozen;
using System.Globalization;

namespace Doorbuster.Notices;

/// <summary>Money as people read it: <c>GBP 12.50</c>, <c>JPY 1,200</c>.</summary>
internal static class Amounts
{
    // ISO 4217: all others have two digits.
    private static readonly FrozenDictionary<string, int> Digits = (
        (string[])["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"])
        .Select(code => (code, digits: 0))
        .Concat(((string[])["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]).Select(code => (code, digits: 3)))
        .ToFrozenDictionary(one => one.code, one => one.digits);

    public static string Text(long minor, string currency)
    {
        var digits = Digits.GetValueOrDefault(currency, 2);
        var amount = new decimal(minor) / (digits switch { 0 => 1, 3 => 1_000, _ => 100 });
        return $"{currency} {amount.ToString($"N{digits}", CultureInfo.InvariantCulture)}";
    }
}
