using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Coupons;

/// <summary>Claim a coupon, by one click or by a code. Who may have one is decided by the template's pool alone.</summary>
internal static class ClaimCoupon
{
    public sealed record ByCode([StringLength(64, MinimumLength = 3)] string Code);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/coupon-offers/{id}/claims", Click)
            .WithName("ClaimCoupon").WithTags("Coupons")
            .WithSummary("Claim a coupon for the signed-in person.")
            .WithDescription("201: the coupon is yours. 202: it is yours, and can be read in a moment. Retry with the "
                + "same Idempotency-Key after a lost answer or a 503.")
            .TakesIdempotencyKey()
            .Refuses(WebProblems.NotFound, Problems.Gone, Problems.LimitReached, Problems.NotOpen, Problems.Closed,
                Problems.Paused, WebProblems.StoreAway);
        routes.MapPost("/api/v1/me/coupons", Enter)
            .WithName("RedeemCouponCode").WithTags("Coupons")
            .WithSummary("Claim a coupon by its code.")
            .TakesIdempotencyKey()
            .Refuses(Problems.UnknownCode, Problems.CodeTaken, Problems.Gone, Problems.LimitReached, Problems.NotOpen,
                Problems.Closed, Problems.Paused, WebProblems.IdempotencyKeyReused, WebProblems.StoreAway);
    }

    private static async Task<Results<Created<CouponViews.Mine>, Accepted<CouponViews.Pending>, Problem>> Click(
        string id, Person person, IClaims claims, KnownTemplates known, ClaimDesk desk, TimeProvider clock,
        HttpContext http, CancellationToken cancel)
    {
        if (IdempotencyKey.TryRead(http, out var key) is { } badKey)
            return badKey;
        if (!PublicId.TryParse(CouponTemplate.PublicPrefix, id, out var number)
            || await claims.FindPool(number, cancel) is not { Kind: CouponTemplate.PoolKind }
            || await known.Find(number, cancel) is not { ClaimBy: ClaimBy.Click } template)
            return WebProblems.NotFound;
        return Answer(await desk.Claim(template, person.Id, key, cancel), clock, http);
    }

    private static async Task<Results<Created<CouponViews.Mine>, Accepted<CouponViews.Pending>, Problem>> Enter(
        ByCode body, Person person, ClaimDesk desk, TimeProvider clock, HttpContext http, CancellationToken cancel)
    {
        if (IdempotencyKey.TryRead(http, out var key) is { } badKey)
            return badKey;
        return Answer(await desk.Redeem(body.Code, person.Id, key, cancel), clock, http);
    }

    private static Results<Created<CouponViews.Mine>, Accepted<CouponViews.Pending>, Problem> Answer(
        Claimed claimed, TimeProvider clock, HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-store";
        switch (claimed)
        {
            case Claimed.Coupon(var coupon, var isReplay):
                if (isReplay)
                    http.Response.Headers["Idempotent-Replayed"] = "true";
                return TypedResults.Created(
                    $"/api/v1/me/coupons/{coupon.PublicId}", CouponViews.Show(coupon, clock.GetUtcNow()));
            case Claimed.Queued(var ticket):
                var id = PublicId.Format(Coupon.PublicPrefix, ticket);
                return TypedResults.Accepted($"/api/v1/me/coupons/{id}", new CouponViews.Pending(id, "queued", 1_000));
            case Claimed.Refused(var problem):
                return problem;
            default:
                throw new UnreachableException();
        }
    }
}

/// <summary>Templates as this process last read them, for the busy path: at most a second old.</summary>
internal sealed class KnownTemplates(TemplateStore store, TimeProvider clock)
{
    private const int Places = 4_096;
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(1);

    private readonly ShortCache<long, CouponTemplate?> _templates = new(Places, Life, clock);

    public async ValueTask<CouponTemplate?> Find(long id, CancellationToken cancel) =>
        await _templates.Get(id, store.Find).AsTask().WaitAsync(cancel);
}
