using System.ComponentModel.DataAnnotations;
using Doorbuster.Contracts.Accounts;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Catalog;

/// <summary>Published products, the earliest added first, of all categories or one with everything below it.</summary>
internal static class ListProducts
{
    public const int DefaultLimit = 40;
    public const int CategoryMax = 400;
    private const int AttributesMax = 5;

    public sealed record Response(IReadOnlyList<GetProduct.Response> Data, PageInfo Page);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/products", Handle).WithName("ListProducts").WithSummary("Products, all or of a category and those below it").ForAnyone()
        .Refuses(Problems.CategoryNotFound)
        .Produces<Response>().Produces(StatusCodes.Status304NotModified);

    /// <param name="attribute"><c>name:value</c>: only products with this attribute; of several, with all.</param>
    /// <param name="title">Words: only products whose title has them all, each at least as the beginning of a word.</param>
    private static async Task<IResult> Handle(
        HttpContext http, Pages pages, ICustomerGroups groups, ISessions sessions,
        [StringLength(CategoryMax, MinimumLength = 1)] string? category = null,
        [Range(1, 100)] int limit = DefaultLimit, string? after = null, string[]? attribute = null,
        [StringLength(TitleWords.LengthMax, MinimumLength = 1)] string? title = null)
    {
        var last = 0L;
        if (after is not null && !PublicId.TryParse(Product.IdPrefix, after, out last))
            return WebProblems.Invalid("after", "is no cursor of this list");
        if (category?.Contains('\0', StringComparison.Ordinal) == true)
            return Problems.CategoryNotFound;
        if (attribute is { Length: > AttributesMax } || attribute?.Any(filter => AttributeFilter.Parse(filter) is null) == true)
            return WebProblems.Invalid(
                "attribute", $"must be a name and a value, such as colour:red, at most {AttributesMax} of them");
        var words = title is null ? null : TitleWords.Parse(title);
        if (title is not null && words is null)
            return WebProblems.Invalid("title", "must have one to eight words in it");
        return (IResult?)await pages.List(
            category, string.Join('\n', attribute ?? []), words, last, limit, await groups.OfCaller(http, sessions))
            ?? Problems.CategoryNotFound;
    }
}
