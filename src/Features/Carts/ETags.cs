using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Doorbuster.Carts;

internal static class ETags
{
    /// <summary>Names the version of what is answered, for its owner's eyes only.</summary>
    public static void Set(HttpContext http, string tag)
    {
        http.Response.Headers.ETag = tag;
        http.Response.Headers.CacheControl = "private, no-cache";
        http.Response.Headers.Vary = "Authorization, Cookie";
    }

    /// <summary>As <see cref="Set"/>; true when the caller has it already, so that 304 is the whole answer.</summary>
    public static bool IsCurrent(HttpContext http, string tag)
    {
        Set(http, tag);
        return http.Request.Headers.IfNoneMatch is { Count: > 0 } known && Matches(known, tag);
    }

    /// <summary>Whether <c>If-Match</c> or <c>If-None-Match</c> names the tag; a proxy may have made it weak.</summary>
    public static bool Matches(StringValues headers, string tag)
    {
        foreach (var header in headers)
            foreach (var part in (header ?? "").Split(',', StringSplitOptions.TrimEntries))
                if (part == "*" || part == tag || part == "W/" + tag)
                    return true;
        return false;
    }
}
