using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Risk.Rules;

internal static class CreateRule
{
    /// <param name="Kind"><c>shared_address</c>, <c>speed</c>, <c>value</c> or <c>known_buyer</c>.</param>
    /// <param name="Outcome"><c>mark</c>, <c>hold</c> or <c>pass</c>.</param>
    /// <param name="Threshold">At least so many people, orders or minor units.</param>
    /// <param name="WindowSeconds">How far back is counted; not for <c>value</c>.</param>
    /// <param name="Currency">For <c>value</c> only.</param>
    public sealed record Request(
        string Name, string Kind, string Outcome, long Threshold, long? WindowSeconds = null, string? Currency = null,
        bool Enabled = true)
    {
        internal RuleDraft Draft => new(Name, Kind, Outcome, Threshold, WindowSeconds, Currency, Enabled);
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/admin/v1/risk/rules", Handle)
        .ForAdmin()
        .WithName("CreateRiskRule").WithTags("Risk (administration)")
        .WithSummary("Look at orders for something more, from now on.")
        .Idempotent(RiskFeature.SchemaName)
        .Refuses(Problems.NameTaken, Problems.TooManyRules);

    private static async Task<Results<Created<RuleView>, Problem>> Handle(
        Request request, Person person, IdempotentRequest idempotent, Ids ids, TimeProvider clock, HttpContext http,
        CancellationToken cancel)
    {
        var draft = request.Draft;
        if (draft.Check() is { Count: > 0 } wrong)
            return WebProblems.Invalid(wrong);
        var rule = draft.Make(ids.Next(), 1, clock.GetUtcNow(), PublicId.Format("usr", person.Id));
        switch (await RuleStore.Add(idempotent.Transaction, rule, cancel))
        {
            case Added.NameTaken: return Problems.NameTaken;
            case Added.TooMany: return Problems.TooManyRules;
            default: break;
        }
        http.Response.Headers.ETag = EntityTags.OfVersion(rule.Version);
        return TypedResults.Created(
            $"/api/admin/v1/risk/rules/{PublicId.Format(Rule.IdPrefix, rule.Id)}", RuleView.Of(rule));
    }
}
