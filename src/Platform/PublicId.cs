using System.Diagnostics.CodeAnalysis;

namespace Doorbuster.Platform;

/// <summary>An id as people and clients see it: a prefix that says of what, then 13 digits of Crockford's base 32.</summary>
public static class PublicId
{
    public const int DigitCount = 13;
    private const string Digits = "0123456789abcdefghjkmnpqrstvwxyz";

    public static string Format(string prefix, long id) => string.Create(prefix.Length + 1 + DigitCount, (prefix, id), (text, from) =>
    {
        from.prefix.CopyTo(text);
        text[from.prefix.Length] = '_';
        var rest = (ulong)from.id;
        for (var i = text.Length - 1; i > from.prefix.Length; i--, rest >>= 5)
            text[i] = Digits[(int)(rest & 31)];
    });

    /// <summary>The digits alone, for answers that are written without strings. Needs <see cref="DigitCount"/> bytes.</summary>
    public static void WriteDigits(long id, Span<byte> text)
    {
        var rest = (ulong)id;
        for (var i = DigitCount - 1; i >= 0; i--, rest >>= 5)
            text[i] = (byte)Digits[(int)(rest & 31)];
    }

    /// <summary>False for another prefix, another length or a digit that is not ours.</summary>
    public static bool TryParse(string prefix, [NotNullWhen(true)] string? text, out long id)
    {
        id = 0;
        if (text is null || text.Length != prefix.Length + 1 + DigitCount || text[prefix.Length] != '_'
            || !text.StartsWith(prefix, StringComparison.Ordinal))
            return false;

        ulong value = 0;
        foreach (var digit in text.AsSpan(prefix.Length + 1))
        {
            var at = Digits.IndexOf(digit, StringComparison.Ordinal);
            if (at < 0 || value >> 59 != 0)
                return false;
            value = value << 5 | (uint)at;
        }
        id = (long)value;
        return id >= 0;
    }
}
