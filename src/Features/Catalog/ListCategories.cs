using System.ComponentModel.DataAnnotations;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Catalog;

/// <summary>The categories in order of their slugs, so that each comes after its parent; the tree follows from <c>parent</c>.</summary>
internal static class ListCategories
{
    /// <param name="Products">How many published products it has itself, without those below it.</param>
    public sealed record Item(string Slug, string Name, string? Parent, long Products);

    public sealed record Response(IReadOnlyList<Item> Data, PageInfo Page);

    public const int LimitMax = 1_000;
    private const int SlugMax = 400;

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/categories", Handle).WithName("ListCategories").WithSummary("Categories, in order of their slugs").ForAnyone()
        .Produces<Response>().Produces(StatusCodes.Status304NotModified);

    private static async Task<IResult> Handle(
        Pages pages, [Range(1, LimitMax)] int limit = LimitMax, [StringLength(SlugMax)] string? after = null) =>
        (await pages.Categories(after?.Replace("\0", "", StringComparison.Ordinal) ?? "", limit))!;
}
