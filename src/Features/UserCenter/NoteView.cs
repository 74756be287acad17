using System.ComponentModel.DataAnnotations;
using Doorbuster.Contracts.Catalog;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.UserCenter;

/// <summary>The person looked at a product. Noting it again only makes it the newest, so it needs no key.</summary>
internal static class NoteView
{
    public sealed record Request([Required, StringLength(64, MinimumLength = 1)] string Sku);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/me/views", Handle)
        .ForPerson()
        .WithName("NoteView").WithSummary("Remember that you looked at a product")
        .Refuses(Problems.ViewedSkuUnknown);

    private static async Task<Results<NoContent, Problem>> Handle(
        Request request, Person person, ICatalog catalog, RecentViews views, OverviewCache cache, CancellationToken cancel)
    {
        if (await catalog.FindVariant(request.Sku, cancel) is not { } variant)
            return Problems.ViewedSkuUnknown;
        await views.Note(person.Id, variant.Sku);
        await cache.MarkChanged([person.Id], RecentlyViewed.PartName);
        return TypedResults.NoContent();
    }
}
