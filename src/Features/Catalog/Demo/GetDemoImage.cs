using System.Security.Cryptography;
using System.Text;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Catalog.Demo;

/// <summary>A picture of a demonstration product. The same for ever, so it may stay wherever it has arrived.</summary>
internal static class GetDemoImage
{
    public const string Folder = "/images/demo/";

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet(Folder + "{name}.svg", Handle).WithName("GetDemoImage").ForAnyone()
        .Refuses(Problems.ImageNotFound)
        .Produces(StatusCodes.Status200OK, contentType: "image/svg+xml").Produces(StatusCodes.Status304NotModified)
        .ExcludeFromDescription();

    public static string AddressOf(string product, DemoView view) =>
        $"{Folder}{product}{(view == DemoView.Plain ? "" : $"_{view.ToString().ToLowerInvariant()}")}.svg";

    /// <summary>The product and view in a name: <c>KIT-002</c>, <c>KIT-002_close</c>; null: it is none.</summary>
    public static (string Product, DemoView View)? Parse(string name) => name.Split('_') switch
    {
        [var product] => (product, DemoView.Plain),
        [var product, "close"] => (product, DemoView.Close),
        [var product, "evening"] => (product, DemoView.Evening),
        [var product, "shelf"] => (product, DemoView.Shelf),
        _ => null,
    };

    private static IResult Handle(string name, HttpContext http)
    {
        if (Parse(name) is not { } wanted || DemoShop.Find(wanted.Product) is not { } product)
            return Problems.ImageNotFound;

        var picture = Encoding.UTF8.GetBytes(DemoImage.Draw(product.Title, product.Category, wanted.View));
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
