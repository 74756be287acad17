using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Coupons;

/// <summary>Coupons as those who run them see them, and their proof: every coupon counted.</summary>
internal static class ReadTemplates
{
    private const int LimitDefault = 40;
    private const int LimitMax = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var templates = routes.MapGroup("/api/admin/v1/coupon-templates").ForAdmin()
            .WithTags("Coupons (administration)");
        templates.MapGet("", List).WithName("ListCouponTemplates")
            .WithSummary("All kinds of coupons, newest first.").Refuses(WebProblems.InvalidCursor);
        templates.MapGet("{id}", Get).WithName("GetCouponTemplate")
            .WithSummary("A kind of coupon with its version, which a change must name.").Refuses(WebProblems.NotFound);
        templates.MapGet("{id}/audit", Audit).WithName("AuditCoupons")
            .WithSummary("Counts every coupon: total = claimed + free.").Refuses(WebProblems.NotFound);
    }

    private static async Task<Results<Ok<CouponViews.Console>, Problem>> List(
        TemplateStore store, IClaims claims, CancellationToken cancel, int limit = LimitDefault, string? after = null)
    {
        var before = long.MaxValue;
        if (limit is < 1 or > LimitMax)
            return WebProblems.Invalid("limit", $"must be from 1 to {LimitMax}");
        if (after is not null && !PublicId.TryParse(CouponTemplate.PublicPrefix, after, out before))
            return WebProblems.InvalidCursor;
        var (shown, page) = PageInfo.Cut(
            await store.List(before, limit + 1, cancel), limit, template => template.PublicId);
        var data = new List<CouponViews.Administered>();
        foreach (var template in shown)
            data.Add(CouponViews.Administer(template, await claims.FindPool(template.Id, cancel)));
        return TypedResults.Ok(new CouponViews.Console(data, page));
    }

    private static async Task<Results<Ok<CouponViews.Administered>, Problem>> Get(
        string id, TemplateStore store, IClaims claims, HttpContext http, CancellationToken cancel)
    {
        if (!PublicId.TryParse(CouponTemplate.PublicPrefix, id, out var number)
            || await store.Find(number, cancel) is not { } template)
            return WebProblems.NotFound;
        http.Response.Headers.ETag = EntityTags.OfVersion(template.Version);
        http.Response.Headers.CacheControl = "private, no-cache";
        return TypedResults.Ok(CouponViews.Administer(template, await claims.FindPool(number, cancel)));
    }

    private static async Task<Results<Ok<CouponViews.Audit>, Problem>> Audit(
        string id, TemplateStore store, CouponStore coupons, IClaims claims, HttpContext http, CancellationToken cancel)
    {
        if (!PublicId.TryParse(CouponTemplate.PublicPrefix, id, out var number)
            || await store.Find(number, cancel) is not { } template)
            return WebProblems.NotFound;
        // The coupons first: a row is never there before its claim.
        var counts = await coupons.Count(number, cancel);
        if (await claims.Audit(number, cancel) is not { } audit)
            return WebProblems.NotFound;
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(CouponViews.Of(template, audit, counts));
    }
}
