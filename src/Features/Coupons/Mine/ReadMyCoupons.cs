using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Coupons;

/// <summary>A person's own coupons, from the moment their claim is committed.</summary>
internal static class ReadMyCoupons
{
    private const int LimitDefault = 40;
    private const int LimitMax = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/me/coupons", List)
            .WithName("ListMyCoupons").WithTags("Coupons").WithSummary("Your coupons, newest first.")
            .WithDescription("`state=usable` leaves out those that are used, ordered, reserved or expired.")
            .Refuses(WebProblems.InvalidCursor);
        routes.MapGet("/api/v1/me/coupons/{id}", Get)
            .WithName("GetMyCoupon").WithTags("Coupons").WithSummary("One of your coupons.")
            .Refuses(WebProblems.NotFound);
    }

    private static async Task<Results<Ok<CouponViews.MinePage>, Problem>> List(
        Person person, MyCoupons mine, HttpContext http, TimeProvider clock, CancellationToken cancel,
        int limit = LimitDefault, string? after = null, string? state = null)
    {
        var before = long.MaxValue;
        if (limit is < 1 or > LimitMax)
            return WebProblems.Invalid("limit", $"must be from 1 to {LimitMax}");
        if (state is not (null or "usable"))
            return WebProblems.Invalid("state", "must be \"usable\", or left out for all");
        if (after is not null && !PublicId.TryParse(Coupon.PublicPrefix, after, out before))
            return WebProblems.InvalidCursor;
        var (shown, page) = PageInfo.Cut(
            await mine.List(person.Id, before, limit + 1, state is not null, cancel), limit, coupon => coupon.PublicId);
        http.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(new CouponViews.MinePage(
            [.. shown.Select(coupon => CouponViews.Show(coupon, clock.GetUtcNow()))], page));
    }

    private static async Task<Results<Ok<CouponViews.Mine>, Problem>> Get(
        string id, Person person, CouponStore store, HttpContext http, TimeProvider clock, CancellationToken cancel)
    {
        if (!PublicId.TryParse(Coupon.PublicPrefix, id, out var number)
            || await store.FindMany(person.Id, [number], cancel) is not [var coupon])
            return WebProblems.NotFound;
        http.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(CouponViews.Show(coupon, clock.GetUtcNow()));
    }
}

/// <summary>The list of a person's coupons, with those that are claimed but not written yet.</summary>
internal sealed class MyCoupons(CouponStore store, FreshClaims fresh)
{
    public async Task<List<Coupon>> List(
        long person, long before, int limit, bool usableOnly, CancellationToken cancel)
    {
        if (before == long.MaxValue)
            await WriteFresh(person, cancel);
        return await store.List(person, before, limit, usableOnly, cancel);
    }

    public async Task WriteFresh(long person, CancellationToken cancel)
    {
        if (await fresh.Read(person) is not { Length: > 0 } ids)
            return;
        var there = await store.FindMany(person, ids, cancel);
        if (there.Count > 0)
            await fresh.Remove(person, [.. there.Select(coupon => coupon.Id)]);
    }
}
