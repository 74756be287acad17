using System.Security.Cryptography;
using System.Text;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Catalog.Demo;

/// <summary>The picture of a demonstration product. The same for ever, so it may stay wherever it has arrived.</summary>
internal static class GetDemoImage
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/images/demo/{sku}.svg", Handle).WithName("GetDemoImage").ForAnyone()
        .Refuses(Problems.ImageNotFound)
        .Produces(StatusCodes.Status200OK, contentType: "image/svg+xml").Produces(StatusCodes.Status304NotModified)
        .ExcludeFromDescription();

    private static IResult Handle(string sku, HttpContext http)
    {
        if (DemoShop.Find(sku) is not { } product)
            return Problems.ImageNotFound;

        var picture = Encoding.UTF8.GetBytes(DemoImage.Draw(sku, product.Title, product.Category));
        var etag = $"\"{Convert.ToHexStringLower(SHA256.HashData(picture).AsSpan(0, 12))}\"";
        var headers = http.Response.Headers;
        headers.ETag = etag;
        headers.CacheControl = "public, max-age=86400, immutable";
        headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
        headers.XContentTypeOptions = "nosniff";
        return EntityTags.Matches(http.Request.Headers.IfNoneMatch, etag)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Bytes(picture, "image/svg+xml");
    }
}
