using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Risk.Rules;

/// <summary>The rules; there are 100 at most, so there are no pages.</summary>
internal static class ReadRules
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var rules = routes.MapGroup("/api/admin/v1/risk/rules").ForAdmin().WithTags("Risk (administration)");
        rules.MapGet("", List).WithName("ListRiskRules").WithSummary("What orders are looked at for.");
        rules.MapGet("{id}", Get).WithName("GetRiskRule")
            .WithSummary("A rule with its version, which a change must name.").Refuses(WebProblems.NotFound);
    }

    private static async Task<Ok<RuleList>> List(RuleStore store, HttpContext http, CancellationToken cancel)
    {
        http.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(new RuleList([.. (await store.List(cancel)).Select(RuleView.Of)]));
    }

    private static async Task<Results<Ok<RuleView>, Problem>> Get(
        string id, RuleStore store, HttpContext http, CancellationToken cancel)
    {
        if (!PublicId.TryParse(Rule.IdPrefix, id, out var number) || await store.Find(number, cancel) is not { } rule)
            return WebProblems.NotFound;
        http.Response.Headers.ETag = EntityTags.OfVersion(rule.Version);
        http.Response.Headers.CacheControl = "private, no-cache";
        return TypedResults.Ok(RuleView.Of(rule));
    }
}
