using System.Text.Json.Serialization;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;

namespace Doorbuster.Coupons;

/// <summary>Coupons as they are told: to everybody, to their owner, to those who run them.</summary>
internal static class CouponViews
{
    /// <param name="Amount">Taken off, in minor units; or a share:</param>
    /// <param name="PercentBasisPoints">Hundredths of a percent, of at most <paramref name="Cap"/>.</param>
    /// <param name="Minimum">What the goods it applies to must cost together.</param>
    /// <param name="Categories">Slugs; it applies to everything below them. Both empty: to everything.</param>
    public sealed record Discount(
        long? Amount, int? PercentBasisPoints, long? Cap, string Currency, long Minimum,
        IReadOnlyList<string> Categories, IReadOnlyList<string> Skus, bool Stackable);

    public sealed record Offer(
        string Id, string Title, Discount Discount, DateTime? ClosesAt, int? LimitPerPerson, bool SoldOut);

    public sealed record Offers(IReadOnlyList<Offer> Data, PageInfo Page);

    /// <param name="State"><c>usable</c>, <c>reserved</c> (by a checkout), <c>ordered</c>, <c>used</c> or
    /// <c>expired</c>.</param>
    public sealed record Mine(
        string Id, string Title, Discount Discount, string State, DateTime ClaimedAt, DateTime? ExpiresAt,
        string? OrderId, DateTime? UsedAt);

    public sealed record MinePage(IReadOnlyList<Mine> Data, PageInfo Page);

    public sealed record Pending(string Id, string Status, int PollAfterMs);

    /// <param name="State">What is wanted: <c>open</c> (when it is time), <c>paused</c>, <c>closed</c>;
    /// <c>preparing</c> while there is no pool.</param>
    /// <param name="Pending">True while the pool has not got this version yet; it will by itself.</param>
    /// <param name="Left">Coupons still free, as last heard; null when there is no limit or nobody asked yet.</param>
    public sealed record Administered(
        string Id, string Handle, string Title, string ClaimBy, Discount Discount, long? Total, long? Left,
        int? LimitPerPerson, bool ReturnsOnRefund, long? ValidSeconds, DateTime OpensAt, DateTime? ClosesAt,
        DateTime? UsableUntil, string State, bool Pending, int Version);

    public sealed record Console(IReadOnlyList<Administered> Data, PageInfo Page);

    /// <param name="Written">Coupons there are rows of; the rest of the claimed is on its way.</param>
    /// <param name="Clean">True when every coupon is accounted for.</param>
    public sealed record Audit(
        string Id, long? Total, long Claimed, long? Free, long InFlight, long? Drift, long PeopleOverLimit,
        long Written, long Usable, long Reserved, long Ordered, long Used,
        [property: JsonPropertyName("clean")] bool IsClean);

    public sealed record Code(string Value, DateTime? TakenAt);

    public sealed record Codes(IReadOnlyList<Code> Data, PageInfo Page);

    /// <param name="Unchanged">The template had them already.</param>
    /// <param name="Total">How many it has now.</param>
    public sealed record ImportedCodes(int Added, int Unchanged, long Total);

    public sealed record Generated(int Count, long Total);

    /// <param name="Ending">Those that end first.</param>
    public sealed record Overview(long Usable, IReadOnlyList<Mine> Ending);

    public static Offer OfferOf(CouponTemplate template, PoolView? pool) => new(
        template.PublicId, template.Title, Of(template.Terms), template.ClosesAt?.UtcDateTime, template.LimitPerPerson,
        pool?.Left <= 0);

    public static Mine Show(Coupon coupon, DateTimeOffset now) => new(
        coupon.PublicId, coupon.Template.Title, Of(coupon.Template.Terms), coupon.Word(now),
        coupon.ClaimedAt.UtcDateTime, coupon.EndsAt?.UtcDateTime,
        coupon.Order is { } order ? PublicId.Format("ord", order) : null, coupon.UsedAt?.UtcDateTime);

    public static Administered Administer(CouponTemplate template, PoolView? pool) => new(
        template.PublicId, template.Handle, template.Title, WordOf(template.ClaimBy), Of(template.Terms), template.Total,
        pool?.Left, template.LimitPerPerson, template.ReturnsOnRefund, (long?)template.ValidFor?.TotalSeconds,
        template.OpensAt.UtcDateTime, template.ClosesAt?.UtcDateTime, template.UsableUntil?.UtcDateTime,
        template switch
        {
            { IsPreparing: true } => "preparing",
            { State: PoolState.Open } => "open",
            { State: PoolState.Paused } => "paused",
            _ => "closed",
        }, template.IsPending, template.Version);

    public static Audit Of(CouponTemplate template, PoolAudit pool, IReadOnlyList<(CouponState State, long Count)> counts)
    {
        long In(CouponState state) => counts.FirstOrDefault(count => count.State == state).Count;
        var written = counts.Sum(count => count.Count);
        return new(
            template.PublicId, pool.Offered, pool.Kept + pool.Held, pool.Free, pool.InFlight, pool.Drift,
            pool.PeopleOverLimit, written, In(CouponState.Free), In(CouponState.Reserved), In(CouponState.Bound),
            In(CouponState.Used), pool.IsClean && written <= pool.Kept);
    }

    public static string WordOf(ClaimBy by) => by switch
    {
        ClaimBy.Click => "click",
        ClaimBy.Code => "code",
        _ => "codes",
    };

    public static ClaimBy? ClaimByOf(string word) => word switch
    {
        "click" => ClaimBy.Click,
        "code" => ClaimBy.Code,
        "codes" => ClaimBy.Codes,
        _ => null,
    };

    private static Discount Of(CouponTerms terms) => new(
        terms.AmountMinor, terms.PercentBasisPoints, terms.CapMinor, terms.Currency, terms.MinimumMinor,
        terms.Scope == CouponScope.Categories ? terms.ScopeValues : [],
        terms.Scope == CouponScope.Skus ? terms.ScopeValues : [], terms.IsStackable);
}
