using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Catalog.Administration;

/// <summary>The version of what an administrator reads, as the entity tag that a change must name.</summary>
internal static class Versions
{
    /// <summary>The refusal, or null when <paramref name="version"/> is the one to be changed.</summary>
    public static Problem? Read(string? ifMatch, out long version)
    {
        version = 0;
        if (ifMatch is null)
            return Problems.VersionRequired;
        if (EntityTags.ReadVersion<long>(ifMatch) is not { } read)
            return Problems.VersionOutdated;
        version = read;
        return null;
    }

    /// <summary>For administrators' eyes only. True when the caller has this version already.</summary>
    public static bool IsKnown(HttpContext http, long version)
    {
        var tag = EntityTags.OfVersion(version);
        http.Response.Headers.ETag = tag;
        http.Response.Headers.CacheControl = "private, no-cache";
        return EntityTags.Matches(http.Request.Headers.IfNoneMatch, tag);
    }
}
