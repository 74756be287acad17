using System.ComponentModel.DataAnnotations;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Catalog.Administration;

/// <summary>Who changed what, when, and how it was before; the newest first.</summary>
internal static class ListChanges
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/admin/v1/catalog/changes", Handle)
        .ForAdmin().WithName("ListCatalogChanges").WithTags("Catalog (administration)")
        .WithSummary("Who changed what, when, and how it was before; the newest first.")
        .Refuses(WebProblems.InvalidCursor);

    /// <param name="kind"><c>product</c>, <c>category</c>, <c>tax_rule</c>, <c>settings</c>, <c>image</c>, <c>price_list</c> or <c>import</c>; left out: all.</param>
    /// <param name="subject">The product's SKU, the category's slug, the file's name, …; left out: all.</param>
    private static async Task<Results<Ok<AdminViews.ChangeList>, Problem>> Handle(
        AdminStore store, CancellationToken cancel,
        [RegularExpression("product|category|tax_rule|settings|image|price_list|import")] string? kind = null,
        [StringLength(400, MinimumLength = 1)] string? subject = null,
        [Range(1, 100)] int limit = 40, string? after = null)
    {
        var before = long.MaxValue;
        if (after is not null && !PublicId.TryParse(ChangeLog.IdPrefix, after, out before))
            return WebProblems.InvalidCursor;
        var (shown, page) = PageInfo.Cut(
            await store.ListChanges(kind, subject?.Replace("\0", "", StringComparison.Ordinal), before, limit + 1, cancel), limit, change => change.Id);
        return TypedResults.Ok(new AdminViews.ChangeList(shown, page));
    }
}
