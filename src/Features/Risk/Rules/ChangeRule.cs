using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.Risk.Rules;

/// <summary>Orders that were looked at before stay as they were judged.</summary>
internal static class ChangeRule
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var rules = routes.MapGroup("/api/admin/v1/risk/rules").ForAdmin().WithTags("Risk (administration)");
        rules.MapPut("{id}", Change).WithName("ChangeRiskRule").WithSummary("Say a rule anew.")
            .Refuses(
                WebProblems.NotFound, Problems.VersionRequired, Problems.VersionOutdated, Problems.NameTaken);
        rules.MapDelete("{id}", Remove).WithName("RemoveRiskRule").WithSummary("Look for this no more.")
            .Refuses(WebProblems.NotFound, Problems.VersionRequired, Problems.VersionOutdated);
    }

    private static async Task<Results<Ok<RuleView>, Problem>> Change(
        string id, CreateRule.Request request, [FromHeader(Name = "If-Match")] string? ifMatch, Person person,
        RuleStore store, [FromKeyedServices(RiskFeature.SchemaName)] NpgsqlDataSource db, TimeProvider clock,
        HttpContext http, CancellationToken cancel)
    {
        if (!PublicId.TryParse(Rule.IdPrefix, id, out var number) || await store.Find(number, cancel) is not { } old)
            return WebProblems.NotFound;
        if (Versioned(ifMatch, old) is { } refusal)
            return refusal;
        var draft = request.Draft;
        if (draft.Check() is { Count: > 0 } wrong)
            return WebProblems.Invalid(wrong);

        var rule = draft.Make(number, old.Version + 1, clock.GetUtcNow(), PublicId.Format("usr", person.Id));
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        switch (await RuleStore.Change(transaction, rule, old.Version, cancel))
        {
            case ChangedRule.Outdated: return Problems.VersionOutdated;
            case ChangedRule.NameTaken: return Problems.NameTaken;
            default: break;
        }
        await transaction.CommitAsync(cancel);
        http.Response.Headers.ETag = EntityTags.OfVersion(rule.Version);
        return TypedResults.Ok(RuleView.Of(rule));
    }

    private static async Task<Results<NoContent, Problem>> Remove(
        string id, [FromHeader(Name = "If-Match")] string? ifMatch, RuleStore store, CancellationToken cancel)
    {
        if (!PublicId.TryParse(Rule.IdPrefix, id, out var number) || await store.Find(number, cancel) is not { } old)
            return WebProblems.NotFound;
        if (Versioned(ifMatch, old) is { } refusal)
            return refusal;
        return await store.Remove(old, cancel) ? TypedResults.NoContent() : Problems.VersionOutdated;
    }

    private static Problem? Versioned(string? ifMatch, Rule rule) => ifMatch is null ? Problems.VersionRequired
        : EntityTags.ReadVersion<int>(ifMatch) == rule.Version ? null : Problems.VersionOutdated;
}
