using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Coupons;

/// <summary>The coupons that anybody may claim by one click now, newest first.</summary>
internal static class ListOffers
{
    private const int LimitDefault = 40;
    private const int LimitMax = 100;

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/coupon-offers", Handle)
        .ForAnyone()
        .WithName("ListCouponOffers").WithTags("Coupons")
        .WithSummary("The coupons that can be claimed now, newest first.")
        .Refuses(WebProblems.InvalidCursor);

    private static async Task<Results<Ok<CouponViews.Offers>, Problem>> Handle(
        TemplateStore store, IClaims claims, HttpContext http, CancellationToken cancel, int limit = LimitDefault,
        string? after = null)
    {
        var before = long.MaxValue;
        if (limit is < 1 or > LimitMax)
            return WebProblems.Invalid("limit", $"must be from 1 to {LimitMax}");
        if (after is not null && !PublicId.TryParse(CouponTemplate.PublicPrefix, after, out before))
            return WebProblems.InvalidCursor;
        var (shown, page) = PageInfo.Cut(
            await store.ListOffers(before, limit + 1, cancel), limit, template => template.PublicId);
        var data = new List<CouponViews.Offer>();
        foreach (var template in shown)
            data.Add(CouponViews.OfferOf(template, await claims.FindPool(template.Id, cancel)));
        http.Response.Headers.CacheControl = "public, max-age=1, s-maxage=1";
        return TypedResults.Ok(new CouponViews.Offers(data, page));
    }
}
