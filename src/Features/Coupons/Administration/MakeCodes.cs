using System.ComponentModel.DataAnnotations;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Coupons;

/// <summary>Make codes that give one coupon each, and read them; all of them at once: <c>doorbuster coupon codes</c>.</summary>
internal static class MakeCodes
{
    private const string CursorPrefix = "cc";
    private const int CountMax = 10_000;
    private const int LimitDefault = 100;
    private const int LimitMax = 1_000;

    public sealed record Request([Range(1, CountMax)] int Count);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var codes = routes.MapGroup("/api/admin/v1/coupon-templates/{id}/codes").ForAdmin()
            .WithTags("Coupons (administration)");
        codes.MapPost("", Make).WithName("MakeCouponCodes")
            .WithSummary("Make codes that give one coupon each.")
            .Idempotent(CouponsFeature.SchemaName)
            .Refuses(WebProblems.NotFound, Problems.HasNoCodes, Problems.TooManyCodes);
        codes.MapGet("", List).WithName("ListCouponCodes")
            .WithSummary("The codes of a template, in the order in which they were made.")
            .Refuses(WebProblems.NotFound, WebProblems.InvalidCursor);
    }

    private static async Task<Results<Created<CouponViews.Generated>, Problem>> Make(
        string id, Request request, IdempotentRequest idempotent, TemplateStore templates, CancellationToken cancel)
    {
        if (!PublicId.TryParse(CouponTemplate.PublicPrefix, id, out var number)
            || await templates.Find(number, cancel) is not { } template)
            return WebProblems.NotFound;
        if (template.ClaimBy != ClaimBy.Codes)
            return Problems.HasNoCodes;
        return await CodeStore.Generate(idempotent.Transaction, number, request.Count, cancel) is { } total
            ? TypedResults.Created($"/api/admin/v1/coupon-templates/{id}/codes", new CouponViews.Generated(request.Count, total))
            : Problems.TooManyCodes;
    }

    private static async Task<Results<Ok<CouponViews.Codes>, Problem>> List(
        string id, TemplateStore templates, CodeStore store, CancellationToken cancel, int limit = LimitDefault,
        string? after = null)
    {
        if (limit is < 1 or > LimitMax)
            return WebProblems.Invalid("limit", $"must be from 1 to {LimitMax}");
        var from = 0L;
        if (after is not null && !PublicId.TryParse(CursorPrefix, after, out from))
            return WebProblems.InvalidCursor;
        if (!PublicId.TryParse(CouponTemplate.PublicPrefix, id, out var number)
            || await templates.Find(number, cancel) is null)
            return WebProblems.NotFound;
        var (shown, page) = PageInfo.Cut(
            await store.List(number, from, limit + 1, cancel), limit,
            code => PublicId.Format(CursorPrefix, code.Number));
        return TypedResults.Ok(new CouponViews.Codes(
            [.. shown.Select(code => new CouponViews.Code(CouponCodes.Show(code.Code), code.TakenAt?.UtcDateTime))],
            page));
    }
}
