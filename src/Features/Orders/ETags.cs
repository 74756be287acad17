using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Doorbuster.Orders;

internal static class ETags
{
    /// <summary>
    /// Names the version of what is answered, for its owner's eyes only. True when the caller has it already, so that
    /// 304 is the whole answer.
    /// </summary>
    public static bool IsCurrent(HttpContext http, string tag)
    {
        http.Response.Headers.ETag = tag;
        http.Response.Headers.CacheControl = "private, no-cache";
        http.Response.Headers.Vary = "Authorization, Cookie";
        foreach (var known in http.Request.GetTypedHeaders().IfNoneMatch)
            if (known.Equals(EntityTagHeaderValue.Any) || known.Tag == tag)
                return true;
        return false;
    }
}
