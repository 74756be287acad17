using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.UserCenter;

/// <summary>Forget what I looked at.</summary>
internal static class ClearViews
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapDelete("/api/v1/me/views", Handle)
        .ForPerson()
        .WithName("ClearViews").WithSummary("Forget what you looked at");

    private static async Task<NoContent> Handle(Person person, RecentViews views, OverviewCache cache)
    {
        await views.Clear(person.Id);
        await cache.MarkChanged([person.Id], RecentlyViewed.PartName);
        return TypedResults.NoContent();
    }
}
