using System.Security.Cryptography;
using System.Text;

namespace Doorbuster.Claims;

/// <summary>The caller's idempotency key as the engine files it: 128 bits. A UUID as it is, anything else by its SHA-256.</summary>
internal static class ClaimKey
{
    /// <summary>False when the key is missing, too long or not visible ASCII.</summary>
    public static bool TryRead(string? text, out Guid key)
    {
        if (Guid.TryParseExact(text, "D", out key))
            return true;
        if (string.IsNullOrEmpty(text) || text.Length > ClaimsOptions.KeyLengthMax || text.AsSpan().ContainsAnyExceptInRange('!', '~'))
            return false;

        Span<byte> ascii = stackalloc byte[ClaimsOptions.KeyLengthMax];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(ascii[..Encoding.ASCII.GetBytes(text, ascii)], hash);
        key = new Guid(hash[..16]);
        return true;
    }
}
