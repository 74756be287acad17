using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Doorbuster.Platform.Web;

/// <summary>Strong entity tags: of bytes that are answered, or of the version of something that is changed.</summary>
public static class EntityTags
{
    /// <summary>Other bytes, other tag.</summary>
    public static string Of(ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        return $"\"{Base64Url.EncodeToString(hash[..12])}\"";
    }

    public static string OfVersion(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>The version that an <c>If-Match</c> names; null for what never was a version of ours.</summary>
    public static T? ReadVersion<T>(string ifMatch) where T : struct, IBinaryInteger<T> =>
        ifMatch is ['"', .. var number, '"']
        && T.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;

    /// <summary>Whether <c>If-Match</c> or <c>If-None-Match</c> names the tag; a proxy may have made it weak on its way.</summary>
    public static bool Matches(StringValues headers, string tag)
    {
        foreach (var header in headers)
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

    /// <summary>Names the version of what is answered, for its owner's eyes only.</summary>
    public static void SetPrivate(HttpContext http, string tag)
    {
        var headers = http.Response.Headers;
        headers.ETag = tag;
        headers.CacheControl = "private, no-cache";
        headers.Vary = "Authorization, Cookie";
    }

    /// <summary>As <see cref="SetPrivate"/>; true when the caller has it already, so that 304 is the whole answer.</summary>
    public static bool IsCurrent(HttpContext http, string tag)
    {
        SetPrivate(http, tag);
        return Matches(http.Request.Headers.IfNoneMatch, tag);
    }
}
