using Doorbuster.Contracts.Catalog;
using Doorbuster.Contracts.Coupons;

namespace Doorbuster.Coupons;

/// <summary>Coupons as a checkout sees them.</summary>
internal sealed class CouponsOfCheckouts(CouponStore store, ICatalog catalog, TimeProvider clock) : ICoupons
{
    private const int CouponsMax = 20;    // more in one checkout is a mistake

    public async Task<CouponQuote> Quote(
        long person, IReadOnlyList<long> coupons, IReadOnlyList<CouponGood> goods, CancellationToken cancel)
    {
        var refused = new Dictionary<long, string>();
        var known = (await store.FindMany(person, coupons, cancel)).ToDictionary(coupon => coupon.Id);
        var now = clock.GetUtcNow();
        List<Coupon> valid = [];
        foreach (var id in coupons)
        {
            // Reserved is not refused: it may be this very checkout's. Who has it is decided when it is reserved.
            if (!known.TryGetValue(id, out var coupon) || valid.Count >= CouponsMax)
                refused[id] = Refusals.Unknown;
            else if (coupon.IsSpent || valid.Contains(coupon))
                refused[id] = Refusals.Used;
            else if (coupon.IsExpired(now))
                refused[id] = Refusals.Expired;
            else
                valid.Add(coupon);
        }

        var slugs = valid.Select(coupon => coupon.Template.Terms)
            .Where(terms => terms.Scope == CouponScope.Categories)
            .SelectMany(terms => terms.ScopeValues).Distinct().ToList();
        var branches = slugs.Count > 0 ? await catalog.FindBranches(slugs, cancel) : null;
        var outcomes = Discounts.Apply(
            [.. valid.Select(coupon => coupon.Template.Terms)], goods,
            (terms, good) => terms.Scope switch
            {
                CouponScope.Skus => terms.ScopeValues.Contains(good.Sku),
                CouponScope.Categories => terms.ScopeValues.Any(slug =>
                    branches!.TryGetValue(slug, out var ids) && ids.Contains(good.CategoryId)),
                _ => true,
            });

        var discounts = new List<CouponDiscount>();
        foreach (var (coupon, (applied, refusal)) in valid.Zip(outcomes))
            if (applied is null)
                refused[coupon.Id] = refusal!;
            else
                discounts.Add(
                    new(coupon.Id, coupon.Template.Title, applied.AmountMinor) { ByGood = applied.ByGood });
        return new(discounts, refused);
    }

    public async Task<bool> TryReserve(
        long person, IReadOnlyList<long> coupons, long checkout, DateTimeOffset until, CancellationToken cancel)
    {
        if (coupons.Count == 0)
            return true;
        if (coupons.Count > CouponsMax || coupons.Distinct().Count() < coupons.Count)
            return false;
        long[] ids = [.. coupons];
        until = until.ToUniversalTime();
        if (await store.TryReserve(person, ids, checkout, until, cancel) is { } reserved)
            return reserved;
        return await store.WriteClaimed(person, ids, cancel) > 0
            && await store.TryReserve(person, ids, checkout, until, cancel) is true;
    }

    public Task Release(long checkout, CancellationToken cancel) => store.Release(checkout, cancel);
}
