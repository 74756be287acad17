using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.Extensions.Primitives;

namespace Doorbuster.FlashSales;

internal static class EntityTags
{
    /// <summary>A strong tag: other bytes, other tag.</summary>
    public static string Of(ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        return $"\"{Base64Url.EncodeToString(hash[..12])}\"";
    }

    /// <summary>Whether <c>If-None-Match</c> names the tag; a proxy may have made it weak on its way.</summary>
    public static bool Matches(StringValues ifNoneMatch, string tag)
    {
        foreach (var header in ifNoneMatch)
        {
            if (header is null)
                continue;
            if (header == tag)
                return true;
            foreach (var part in header.AsSpan().Split(','))
            {
                var known = header.AsSpan(part).Trim();
                if (known is "*" || (known.StartsWith("W/") ? known[2..] : known).SequenceEqual(tag))
                    return true;
            }
        }
        return false;
    }
}
