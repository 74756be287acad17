using System.Security.Cryptography;

namespace Doorbuster.Coupons;

/// <summary>Codes that give one coupon each: 16 digits of Crockford's base 32, 80 random bits, shown in groups of four.</summary>
internal static class CouponCodes
{
    private const string Digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Length = 16;

    public static string New() => RandomNumberGenerator.GetString(Digits, Length);

    public static string Show(string code) => string.Join('-', code.Chunk(4).Select(four => new string(four)));

    /// <summary>As people type it: with or without dashes, o for 0, i and l for 1; null when it is none of ours.</summary>
    public static string? Read(string typed)
    {
        Span<char> code = stackalloc char[Length];
        var count = 0;
        foreach (var sign in typed)
        {
            var digit = char.ToUpperInvariant(sign) switch
            {
                'O' => '0',
                'I' or 'L' => '1',
                var other => other,
            };
            if (digit is '-' or ' ')
                continue;
            if (count == Length || !Digits.Contains(digit, StringComparison.Ordinal))
                return null;
            code[count++] = digit;
        }
        return count == Length ? new string(code) : null;
    }
}
