using System.Globalization;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Catalog.Administration;

/// <summary>The version of what an administrator reads, as the entity tag that a change must name.</summary>
internal static class Versions
{
    public static string TagOf(long version) => $"\"{version.ToString(CultureInfo.InvariantCulture)}\"";

    /// <summary>The refusal, or null when <paramref name="version"/> is the one to be changed.</summary>
    public static Problem? Read(string? ifMatch, out long version)
    {
        version = 0;
        if (ifMatch is null)
            return Problems.VersionRequired;
        return ifMatch is ['"', .. var number, '"']
            && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out version)
                ? null
                : Problems.VersionOutdated;
    }

    /// <summary>For administrators' eyes only. True when the caller has this version already.</summary>
    public static bool IsKnown(HttpContext http, long version)
    {
        var tag = TagOf(version);
        http.Response.Headers.ETag = tag;
        http.Response.Headers.CacheControl = "private, no-cache";
        return Page.IsKnown(http.Request.Headers.IfNoneMatch, tag);
    }
}
