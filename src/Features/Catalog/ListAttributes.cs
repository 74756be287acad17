using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Catalog;

/// <summary>What the products of a category can be narrowed by.</summary>
internal static class ListAttributes
{
    /// <param name="Products">How many products have it.</param>
    public sealed record FoundValue([property: System.Text.Json.Serialization.JsonPropertyName("value")] string Text, long Products);

    /// <param name="Values">Those most products have.</param>
    public sealed record Found(string Name, IReadOnlyList<FoundValue> Values);

    public sealed record Response(IReadOnlyList<Found> Data);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/categories/{slug}/attributes", Handle).WithName("ListCategoryAttributes")
        .WithSummary("What the products of a category can be narrowed by").ForAnyone()
        .WithDescription("Attributes of the published products of the category and those below it, for `attribute` of "
            + "`GET /api/v1/products`: the 12 values that most of them have, of at most 8 attributes.")
        .Refuses(Problems.CategoryNotFound)
        .Produces<Response>().Produces(StatusCodes.Status304NotModified);

    private static async Task<IResult> Handle(string slug, Pages pages) =>
        slug.Length <= ListProducts.CategoryMax && !slug.Contains('\0', StringComparison.Ordinal)
            && await pages.Attributes(slug) is { } page ? page : Problems.CategoryNotFound;
}
