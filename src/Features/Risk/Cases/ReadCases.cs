using System.ComponentModel.DataAnnotations;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Risk.Cases;

/// <summary>The orders in which a rule found something.</summary>
internal static class ReadCases
{
    private const int LimitDefault = 40;
    private const int LimitMax = 100;
    private const string CursorPrefix = "rc";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var cases = routes.MapGroup("/api/admin/v1/risk/orders").ForAdmin().WithTags("Risk (administration)");
        cases.MapGet("", List).WithName("ListRiskyOrders")
            .WithSummary("Orders in which a rule found something, newest first.").Refuses(WebProblems.InvalidCursor);
        cases.MapGet("{id}", Get).WithName("GetRiskyOrder")
            .WithSummary("What was found in an order, with its version, which a decision must name.")
            .Refuses(WebProblems.NotFound);
    }

    private static async Task<Results<Ok<CasePage>, Problem>> List(
        CaseStore store, HttpContext http, CancellationToken cancel,
        [Range(1, LimitMax)] int limit = LimitDefault, string? after = null, string? state = null)
    {
        var before = long.MaxValue;
        if (after is not null && !PublicId.TryParse(CursorPrefix, after, out before))
            return WebProblems.InvalidCursor;
        var wanted = state is null ? null : Case.StateNamed(state);
        if (state is not null && wanted is null)
            return WebProblems.Invalid(
                "state", "must be one of " + string.Join(", ", Enum.GetValues<CaseState>().Select(Case.NameOf)));

        var (shown, page) = PageInfo.Cut(
            await store.List(wanted, before, limit + 1, cancel), limit,
            found => PublicId.Format(CursorPrefix, found.Order));
        http.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(new CasePage([.. shown.Select(CaseView.Of)], page));
    }

    private static async Task<Results<Ok<CaseView>, Problem>> Get(
        string id, CaseStore store, HttpContext http, CancellationToken cancel)
    {
        if (!PublicId.TryParse("ord", id, out var order) || await store.Find(order, cancel) is not { } found)
            return WebProblems.NotFound;
        http.Response.Headers.ETag = EntityTags.OfVersion(found.Version);
        http.Response.Headers.CacheControl = "private, no-cache";
        return TypedResults.Ok(CaseView.Of(found));
    }
}
