using System.Diagnostics;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Coupons;

/// <summary>Offer coupons of a kind, from now or from a time on.</summary>
internal static class CreateTemplate
{
    /// <param name="Handle">Your name for it; with <c>claimBy</c> <c>code</c>, what people type.</param>
    /// <param name="ClaimBy"><c>click</c>, <c>code</c> (one for all) or <c>codes</c> (each gives one coupon).</param>
    /// <param name="Amount">Minor units taken off; or <paramref name="PercentBasisPoints"/>.</param>
    /// <param name="PercentBasisPoints">Hundredths of a percent: 1000 is 10 %.</param>
    /// <param name="Cap">Most that a percentage takes off, in minor units.</param>
    /// <param name="Minimum">What the goods it applies to must cost together, in minor units.</param>
    /// <param name="Categories">Slugs; it applies to everything below them. Or <paramref name="Skus"/>; neither:
    /// everything.</param>
    /// <param name="Total">How many there are; left out: no limit.</param>
    /// <param name="LimitPerPerson">Left out: 1.</param>
    /// <param name="ReturnsOnRefund">Whether a coupon comes back when its whole order is refunded.</param>
    /// <param name="ValidSeconds">How long after claiming it can be used.</param>
    /// <param name="OpensAt">From when it can be claimed; left out: now.</param>
    /// <param name="UsableUntil">After this none can be used.</param>
    public sealed record Request(
        string Handle, string Title, string ClaimBy, string Currency, long? Amount = null, int? PercentBasisPoints = null,
        long? Cap = null, long Minimum = 0, IReadOnlyList<string>? Categories = null, IReadOnlyList<string>? Skus = null,
        long? Total = null, int LimitPerPerson = 1, bool Stackable = false, bool ReturnsOnRefund = false,
        long? ValidSeconds = null, DateTimeOffset? OpensAt = null, DateTimeOffset? ClosesAt = null,
        DateTimeOffset? UsableUntil = null);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/admin/v1/coupon-templates", Handle)
        .ForAdmin()
        .WithName("CreateCouponTemplate").WithTags("Coupons (administration)")
        .WithSummary("Offer coupons of a kind, from now or from a time on.")
        .TakesIdempotencyKey()
        .Refuses(Problems.HandleTaken, WebProblems.IdempotencyKeyReused);

    private static async Task<Results<Created<CouponViews.Administered>, Problem>> Handle(
        Request request, Person person, TemplateDesk desk, IClaims claims, TimeProvider clock, HttpContext http,
        CancellationToken cancel)
    {
        if (IdempotencyKey.TryRead(http, out var key) is { } badKey)
            return badKey;
        if (request is { Categories.Count: > 0, Skus.Count: > 0 })
            return WebProblems.Invalid("skus", "goes without categories");

        var draft = DraftOf(request, clock.GetUtcNow());
        switch (await desk.Create(draft, $"{person.Id}:{key}", PublicId.Format("usr", person.Id), cancel))
        {
            case Made.Template { IsNew: false } made
                when made.Value.Handle != draft.Handle || !made.Value.Terms.Equals(draft.Terms):
                return WebProblems.IdempotencyKeyReused;
            case Made.Template made:
                if (!made.IsNew)
                    http.Response.Headers["Idempotent-Replayed"] = "true";
                http.Response.Headers.ETag = EntityTags.OfVersion(made.Value.Version);
                var pool = await claims.FindPool(made.Value.Id, cancel);
                var view = CouponViews.Administer(made.Value, pool);
                return TypedResults.Created($"/api/admin/v1/coupon-templates/{view.Id}", view);
            case Made.HandleTaken: return Problems.HandleTaken;
            case Made.Invalid invalid: return WebProblems.Invalid(invalid.Errors);
            default: throw new UnreachableException();
        }
    }

    private static TemplateDraft DraftOf(Request request, DateTimeOffset now) => new()
    {
        Handle = request.Handle,
        Title = request.Title,
        ClaimBy = CouponViews.ClaimByOf(request.ClaimBy),
        Terms = new CouponTerms(
            request.PercentBasisPoints, request.Amount, request.Cap, request.Currency, request.Minimum,
            request.Skus is { Count: > 0 } ? CouponScope.Skus
                : request.Categories is { Count: > 0 } ? CouponScope.Categories : CouponScope.Everything,
            request.Skus is { Count: > 0 } skus ? skus : request.Categories ?? [], request.Stackable),
        Total = request.Total,
        LimitPerPerson = request.LimitPerPerson,
        ReturnsOnRefund = request.ReturnsOnRefund,
        ValidFor = request.ValidSeconds is { } seconds
            ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, int.MaxValue)) : null,
        OpensAt = (request.OpensAt ?? now).ToUniversalTime(),
        ClosesAt = request.ClosesAt?.ToUniversalTime(),
        UsableUntil = request.UsableUntil?.ToUniversalTime(),
    };
}
