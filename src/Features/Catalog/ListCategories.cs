using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Catalog;

/// <summary>All categories; their tree follows from <c>parent</c>.</summary>
internal static class ListCategories
{
    /// <param name="Products">How many published products it has itself, without those below it.</param>
    public sealed record Item(string Slug, string Name, string? Parent, long Products);

    public sealed record Response(IReadOnlyList<Item> Data);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/categories", Handle).WithName("ListCategories").WithSummary("All categories").ForAnyone()
        .Produces<Response>().Produces(StatusCodes.Status304NotModified);

    private static async Task<IResult> Handle(Pages pages) => (await pages.Categories())!;
}
