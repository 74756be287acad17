using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;

namespace Doorbuster.Storefront.Assets;

internal sealed class ServeAssets(AssetStore assets)
{
    // A worker lives by the policy of its own file: it loads its neighbours and asks our API.
    private static readonly StringValues ForScripts = "default-src 'none'; script-src 'self'; connect-src 'self'";
    private static readonly StringValues ForEver = "public, max-age=31536000, immutable";

    // While a new version is rolled out, an old page may ask a new process: what it gets must not stay in its place.
    private static readonly StringValues ForNow = "no-cache";

    /// <summary>The same files under another folder, for a process that has none but the pages of that folder.</summary>
    public void MapUnder(IEndpointRouteBuilder routes, string folder) => routes
        .MapGet(folder + AssetStore.Folder + "/{fingerprint}/{name}", Serve)
        .ForAnyone().BoundsItsWaits().ExcludeFromDescription();

    public void Map(IEndpointRouteBuilder routes)
    {
        MapUnder(routes, "");
        routes.MapGet("/favicon.ico", http => Send(http, "favicon.svg", ForNow))
            .ForAnyone().BoundsItsWaits().ExcludeFromDescription();
    }

    private Task Serve(HttpContext http) => Send(http, (string)http.Request.RouteValues["name"]!,
        (string)http.Request.RouteValues["fingerprint"]! == assets.Fingerprint ? ForEver : ForNow);

    private Task Send(HttpContext http, string name, StringValues keep)
    {
        if (assets.Find(name) is not { } asset)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }
        var encoding = Encodings.Best(http.Request.Headers.AcceptEncoding);
        var body = asset.In(encoding);
        var headers = http.Response.Headers;
        headers.CacheControl = keep;
        headers.Vary = "Accept-Encoding";
        headers.ContentType = asset.ContentType;
        if (name.EndsWith(".js", StringComparison.Ordinal))
            headers.ContentSecurityPolicy = ForScripts;
        if (encoding is not null)
            headers.ContentEncoding = encoding;
        headers.ContentLength = body.Length;
        return http.Response.Body.WriteAsync(body, http.RequestAborted).AsTask();
    }
}

internal static class Encodings
{
    /// <summary>The smallest of ours that the client takes; null: as it is.</summary>
    public static string? Best(StringValues accepted)
    {
        var text = accepted.ToString();
        return Takes(text, "br") ? "br" : Takes(text, "gzip") ? "gzip" : null;
    }

    private static bool Takes(string accepted, string encoding)
    {
        foreach (var range in accepted.AsSpan().Split(','))
        {
            var part = accepted.AsSpan(range).Trim();
            if (part.StartsWith(encoding) && (part.Length == encoding.Length
                || (part[encoding.Length] == ';' && !part.EndsWith("q=0") && !part.EndsWith("q=0.0"))))
                return true;
        }
        return false;
    }
}
