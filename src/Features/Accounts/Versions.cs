using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Doorbuster.Accounts;

/// <summary>Version numbers as entity tags.</summary>
internal static class Versions
{
    public static string TagOf(int version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>Names the version of what is answered; true when the caller has it already.</summary>
    public static bool IsCurrent(HttpContext http, int version)
    {
        var tag = TagOf(version);
        http.Response.Headers.ETag = tag;
        http.Response.Headers.CacheControl = "private, no-cache";
        http.Response.Headers.Vary = "Authorization, Cookie";
        return http.Request.GetTypedHeaders().IfNoneMatch.Any(known =>
            known.Equals(EntityTagHeaderValue.Any) || known.Tag == tag);
    }

    /// <summary>False for what never was a version of ours; null for no header or <c>*</c>: any version.</summary>
    public static bool TryRead(string? ifMatch, out int? version)
    {
        version = null;
        if (ifMatch is null or "*")
            return true;
        if (ifMatch is not ['"', .. var number, '"']
            || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var read))
            return false;
        version = read;
        return true;
    }
}
