using Doorbuster.Catalog.Demo;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Catalog.Images;

/// <summary>A picture that was uploaded. Its address is its content's, so it may stay wherever it has arrived.</summary>
internal static class GetImage
{
    private const int HashLength = 32;

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/images/{hash}.{type}", Handle).WithName("GetImage").ForAnyone()
        .Refuses(Problems.ImageNotFound)
        .Produces(StatusCodes.Status200OK, contentType: "image/png").Produces(StatusCodes.Status304NotModified)
        .ExcludeFromDescription();

    /// <summary>Addresses here are of what was uploaded, but those of the demonstration.</summary>
    public static bool IsUploaded(string address) => address.StartsWith("/images/", StringComparison.Ordinal)
        && !address.StartsWith(GetDemoImage.Folder, StringComparison.Ordinal);

    public static string AddressOf(string hash, string type) => $"/images/{hash}.{type}";

    private static async Task<IResult> Handle(
        string hash, string type, ImageStore store, HttpContext http, CancellationToken cancel)
    {
        if (hash.Length != HashLength || !hash.All(char.IsAsciiHexDigitLower) || type is not ("png" or "jpeg" or "gif" or "webp"))
            return Problems.ImageNotFound;
        var etag = $"\"{hash}\"";
        var isKnown = EntityTags.Matches(http.Request.Headers.IfNoneMatch, etag);
        // Who has it need not be sent it again, but is not told of one that was removed.
        if (await store.FindBytes(hash, type, cancel) is not { } bytes)
            return Problems.ImageNotFound;
        var headers = http.Response.Headers;
        headers.ETag = etag;
        headers.CacheControl = "public, max-age=31536000, immutable";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        headers.XContentTypeOptions = "nosniff";
        return isKnown ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : TypedResults.Bytes(bytes, $"image/{type}");
    }
}
