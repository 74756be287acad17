using System.ComponentModel.DataAnnotations;
using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Doorbuster.Catalog.Administration;

/// <summary>How goods are taxed, by where they go and what they are.</summary>
internal static class EditTaxRules
{
    public const int RulesMax = 10_000;

    /// <param name="Country">ISO 3166-1 alpha-2.</param>
    /// <param name="Region">As in addresses; left out: the whole country.</param>
    /// <param name="RateBasisPoints">Hundredths of a percent: 2000 is 20 %.</param>
    public sealed record NewRule(
        string Country, string Title, int RateBasisPoints, string Region = "", string TaxClass = TaxRules.StandardClass);

    public sealed record RuleChange(string? Title = null, int? RateBasisPoints = null);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var rules = routes.MapGroup("/api/admin/v1/catalog/tax-rules").ForAdmin().WithTags("Catalog (administration)");
        rules.MapGet("", List).WithName("ListTaxRules").WithSummary("All tax rules, the oldest first.")
            .Refuses(WebProblems.InvalidCursor);
        rules.MapGet("{id}", Get).WithName("GetTaxRule").WithSummary("A tax rule with its version, which a change must name.")
            .Refuses(WebProblems.NotFound).Produces(StatusCodes.Status304NotModified);
        rules.MapPost("", Create).WithName("CreateTaxRule").WithSummary("A tax rule for a country or one of its regions.")
            .Refuses(Problems.TaxRuleTaken, Problems.TooManyTaxRules).Idempotent(CatalogFeature.SchemaName);
        rules.MapPatch("{id}", Change).WithName("ChangeTaxRule").WithSummary("Change a tax rule's title or rate.")
            .Refuses(WebProblems.NotFound, Problems.VersionRequired, Problems.VersionOutdated);
        rules.MapDelete("{id}", Remove).WithName("RemoveTaxRule").WithSummary("Remove a tax rule.")
            .Refuses(WebProblems.NotFound, Problems.VersionRequired, Problems.VersionOutdated);
    }

    private static async Task<Results<Ok<AdminViews.TaxRuleList>, Problem>> List(
        AdminStore store, CancellationToken cancel, [Range(1, 100)] int limit = 40, string? after = null)
    {
        var last = 0L;
        if (after is not null && !PublicId.TryParse(TaxRules.IdPrefix, after, out last))
            return WebProblems.InvalidCursor;
        var (shown, page) = PageInfo.Cut(await store.ListTaxRules(last, limit + 1, cancel), limit, rule => rule.Id);
        return TypedResults.Ok(new AdminViews.TaxRuleList(shown, page));
    }

    private static async Task<Results<Ok<AdminViews.TaxRule>, StatusCodeHttpResult, Problem>> Get(
        string id, AdminStore store, HttpContext http, CancellationToken cancel)
    {
        if (!PublicId.TryParse(TaxRules.IdPrefix, id, out var number) || await store.FindTaxRule(number, cancel) is not { } rule)
            return WebProblems.NotFound;
        return Versions.IsKnown(http, rule.Version)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(rule);
    }

    private static async Task<Results<Created<AdminViews.TaxRule>, Problem>> Create(
        NewRule request, Person person, IdempotentRequest once, ChangeLog log, Ids ids, HttpContext http,
        CancellationToken cancel)
    {
        var country = TaxRules.NormalizeCountry(request.Country);
        var region = TaxRules.NormalizeRegion(request.Country, request.Region);
        if (new Faults()
            .Unless(TaxRules.IsCountry(country), "country", "must be a code of ISO 3166-1, such as GB")
            .Unless(CatalogRow.IsLine(region, TaxRules.RegionMax), "region", $"must be at most {TaxRules.RegionMax} characters")
            .CheckTaxClass("taxClass", request.TaxClass)
            .Unless(IsTitle(request.Title), "title", WrongTitle).Unless(IsRate(request.RateBasisPoints), "rateBasisPoints", WrongRate)
            .Problem is { } wrong)
            return wrong;

        var transaction = once.Transaction;
        var count = await transaction.Query("select count(*) from catalog.tax_rules", row => row.GetInt64(0), cancel);
        if (count[0] >= RulesMax)
            return Problems.TooManyTaxRules;
        var made = new AdminViews.TaxRule(
            PublicId.Format(TaxRules.IdPrefix, ids.Next()), country, region, request.TaxClass, request.Title,
            request.RateBasisPoints, Version: 1);
        if (!await Insert(transaction, made, cancel))
            return Problems.TaxRuleTaken;
        await log.Note(transaction, person.Id, ChangeLog.OfTaxRule, made.Id, null, made, CatalogJson.Default.AdminTaxRule, cancel);
        http.Response.Headers.ETag = EntityTags.OfVersion(made.Version);
        return TypedResults.Created($"/api/admin/v1/catalog/tax-rules/{made.Id}", made);
    }

    private static Task<Results<Ok<AdminViews.TaxRule>, Problem>> Change(
        string id, RuleChange request, [FromHeader(Name = "If-Match")] string? ifMatch, Person person, Editing editing,
        HttpContext http, CancellationToken cancel) => editing.Change(
            http, ifMatch, person, transaction => Find(transaction, id, cancel), WebProblems.NotFound, Name,
            CatalogJson.Default.AdminTaxRule,
            async (transaction, before) =>
            {
                if (new Faults()
                    .Unless(request != new RuleChange(), "body", "must change something")
                    .Unless(request.Title is null || IsTitle(request.Title), "title", WrongTitle)
                    .Unless(request.RateBasisPoints is not { } rate || IsRate(rate), "rateBasisPoints", WrongRate)
                    .Problem is { } wrong)
                    return new(null, wrong);
                var (title, newRate) = (request.Title ?? before.Title, request.RateBasisPoints ?? before.RateBasisPoints);
                await Update(transaction, id, title, newRate, cancel);
                return new(before with { Title = title, RateBasisPoints = newRate, Version = before.Version + 1 });
            },
            after => TypedResults.Ok(after!), cancel);

    private static Task<Results<NoContent, Problem>> Remove(
        string id, [FromHeader(Name = "If-Match")] string? ifMatch, Person person, Editing editing, HttpContext http,
        CancellationToken cancel) => editing.Change(
            http, ifMatch, person, transaction => Find(transaction, id, cancel), WebProblems.NotFound, Name,
            CatalogJson.Default.AdminTaxRule,
            async (transaction, _) =>
            {
                await transaction.Execute(
                    "delete from catalog.tax_rules where id = $1", cancel, new NpgsqlParameter { Value = NumberOf(id) });
                return new Edited<AdminViews.TaxRule>(null);
            },
            _ => TypedResults.NoContent(), cancel);

    /// <summary>False when there is one for the place and class.</summary>
    internal static async Task<bool> Insert(
        NpgsqlTransaction transaction, AdminViews.TaxRule rule, CancellationToken cancel) => await transaction.Execute(
            """
            insert into catalog.tax_rules (id, country, region, tax_class, title, rate_bp) values ($1, $2, $3, $4, $5, $6)
            on conflict (country, region, tax_class) do nothing
            """,
            cancel,
            new() { Value = NumberOf(rule.Id) }, new() { Value = rule.Country }, new() { Value = rule.Region },
            new() { Value = rule.TaxClass }, new() { Value = rule.Title }, new() { Value = rule.RateBasisPoints }) == 1;

    internal static Task Update(
        NpgsqlTransaction transaction, string id, string title, int rate, CancellationToken cancel) => transaction.Execute(
            "update catalog.tax_rules set title = $2, rate_bp = $3, version = version + 1, updated_at = now() where id = $1",
            cancel, new() { Value = NumberOf(id) }, new() { Value = title }, new() { Value = rate });

    private static async Task<AdminViews.TaxRule?> Find(NpgsqlTransaction transaction, string id, CancellationToken cancel) =>
        PublicId.TryParse(TaxRules.IdPrefix, id, out var number) ? await AdminStore.LockTaxRule(transaction, number, cancel) : null;

    private static long NumberOf(string id) => PublicId.TryParse(TaxRules.IdPrefix, id, out var number) ? number : 0;

    private static (string, string, long) Name(AdminViews.TaxRule rule) => (ChangeLog.OfTaxRule, rule.Id, rule.Version);

    internal static bool IsTitle(string title) => CatalogRow.IsLine(title, TaxRules.TitleMax) && !string.IsNullOrWhiteSpace(title);

    internal static bool IsRate(int rate) => rate is >= 0 and <= TaxRules.RateMax;

    private static string WrongTitle => $"must be one line of 1 to {TaxRules.TitleMax} characters";

    private static string WrongRate => $"must be 0 to {TaxRules.RateMax} hundredths of a percent";
}
