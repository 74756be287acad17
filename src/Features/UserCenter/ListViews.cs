using System.ComponentModel.DataAnnotations;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.UserCenter;

/// <summary>What did I look at? At most 50, so there are no pages.</summary>
internal static class ListViews
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/me/views", Handle)
        .ForPerson()
        .WithName("ListViews").WithSummary("What you looked at, newest first");

    private static async Task<Ok<ViewedProducts>> Handle(
        Person person, HttpContext http, RecentlyViewed viewed, CancellationToken cancel,
        [Range(1, RecentViews.Max)] int limit = RecentViews.Max)
    {
        http.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(new ViewedProducts(await viewed.List(person.Id, limit, cancel)));
    }
}
