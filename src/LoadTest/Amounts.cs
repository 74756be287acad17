using System.Globalization;

namespace Doorbuster.LoadTest;

/// <summary>Amounts as people write them: <c>5s</c>, <c>500ms</c>, <c>2%</c>, <c>200k</c>.</summary>
internal static class Amounts
{
    /// <exception cref="FormatException">Says how to write it.</exception>
    public static TimeSpan Duration(string text)
    {
        (string Unit, double Milliseconds)[] units = [("ms", 1), ("min", 60_000), ("m", 60_000), ("h", 3_600_000), ("s", 1_000)];
        foreach (var (unit, scale) in units)
            if (text.EndsWith(unit, StringComparison.Ordinal) && Parse(text[..^unit.Length]) is { } value)
                return TimeSpan.FromMilliseconds(value * scale);
        return text == "0" ? TimeSpan.Zero : throw new FormatException($"'{text}' is not a duration. Write 500ms, 5s, 2m or 1h.");
    }

    /// <summary>A share of 1.</summary>
    public static double Share(string text)
    {
        var share = text.EndsWith('%') ? Parse(text[..^1]) / 100 : Parse(text);
        return share is >= 0 and <= 1 ? share.Value : throw new FormatException($"'{text}' is not a share. Write 2% or 0.02, up to 100%.");
    }

    public static double Count(string text)
    {
        var (digits, scale) = text switch
        {
            [.. var rest, 'k' or 'K'] => (rest, 1_000),
            [.. var rest, 'm' or 'M'] => (rest, 1_000_000),
            _ => (text, 1),
        };
        return Parse(digits) * scale is { } count and > 0
            ? count
            : throw new FormatException($"'{text}' is not a number above 0, such as 5000 or 5k.");
    }

    private static double? Parse(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value : null;
}
