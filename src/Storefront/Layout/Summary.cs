using System.Security.Cryptography;
using System.Text;
using Doorbuster.Platform.Web;
using Doorbuster.Platform.Web.Pages;
using Doorbuster.Storefront.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Storefront.Layout;

/// <summary>What the header of every page shows of the person who looks at it, fetched by a small script.</summary>
/// <param name="Name">Null: not signed in.</param>
/// <param name="Units">In the cart.</param>
/// <param name="Mark">Tells scripts whether what the browser kept is this person's, and says nothing else of him.</param>
internal sealed record Summary(string? Name, int Units, string? Mark)
{
    private const int MarkBytes = 8;

    public const string Path = "/me.json";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet(Path, Handle).ForAnyone().ExcludeFromDescription();

    private static async Task<JsonHttpResult<Summary>> Handle(
        Person? person, HttpContext http, LocalApi local, CancellationToken cancel)
    {
        http.Response.Headers.CacheControl = "private, no-store";
        if (person is null)
            return Answer(new(null, 0, null));
        var api = new ShopApi(local, http, cancel);
        var cart = api.Get("/api/v1/cart", StorefrontJson.Default.ApiCartSize);
        var me = person.IsGuest ? null : (await api.Get("/api/v1/me", StorefrontJson.Default.ApiMe)).Value;
        return Answer(new(me?.DisplayName, (await cart).Value?.Units ?? 0, MarkOf(person.Id)));
    }

    internal static string MarkOf(long person)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.ASCII.GetBytes($"mark:{person}"), hash);
        return Convert.ToHexStringLower(hash[..MarkBytes]);
    }

    private static JsonHttpResult<Summary> Answer(Summary summary) =>
        TypedResults.Json(summary, StorefrontJson.Default.Summary);
}
