using Doorbuster.Contracts.Coupons;

namespace Doorbuster.Coupons;

/// <summary>
/// What coupons take off goods: integers only. A percentage is of what the coupons before left of the goods it applies to,
/// rounded down to the minor unit; nothing falls below zero; what a coupon takes off is split over its goods in proportion
/// to what is left of them, the remainder by the largest fractions, so that the parts add up exactly.
/// </summary>
internal static class Discounts
{
    public sealed record Applied(long AmountMinor, IReadOnlyList<long> ByGood);

    /// <summary>The i-th outcome is the i-th coupon's: what it takes off, or the code of why it does not apply.</summary>
    /// <param name="applies">Whether a coupon's scope covers a good.</param>
    public static IReadOnlyList<(Applied? Applied, string? Refusal)> Apply(
        IReadOnlyList<CouponTerms> coupons, IReadOnlyList<CouponGood> goods, Func<CouponTerms, CouponGood, bool> applies)
    {
        long[] costs = [.. goods.Select(good => checked(good.PriceMinor * good.Quantity))];
        var left = costs.ToArray();
        var outcomes = new List<(Applied?, string?)>(coupons.Count);
        foreach (var coupon in coupons)
        {
            if (!coupon.IsStackable && coupons.Count > 1)
            {
                outcomes.Add((null, Refusals.NotStackable));
                continue;
            }
            bool[] covered = [.. goods.Select(good => good.Currency == coupon.Currency && applies(coupon, good))];
            long cost = 0, free = 0;
            for (var i = 0; i < covered.Length; i++)
                if (covered[i])
                    (cost, free) = (checked(cost + costs[i]), free + left[i]);

            var amount = AmountOff(coupon, free);
            if (covered.Contains(true) && cost < coupon.MinimumMinor)
                outcomes.Add((null, Refusals.MinimumNotMet));
            else if (amount == 0)
                outcomes.Add((null, Refusals.NotApplicable));
            else
            {
                var byGood = Split(amount, [.. left.Select((minor, i) => covered[i] ? minor : 0)]);
                for (var i = 0; i < left.Length; i++)
                    left[i] -= byGood[i];
                outcomes.Add((new(amount, byGood), null));
            }
        }
        return outcomes;
    }

    /// <summary>What the coupon takes off of so much; at most all of it.</summary>
    public static long AmountOff(CouponTerms coupon, long minor)
    {
        if (coupon.PercentBasisPoints is not { } share)
            return Math.Min(coupon.AmountMinor!.Value, minor);
        var off = (long)((Int128)minor * share / 10_000);
        return Math.Min(off, coupon.CapMinor ?? off);
    }

    /// <summary>Divides the amount in proportion to the weights; no part is more than its weight.</summary>
    /// <param name="amount">At most the sum of the weights.</param>
    public static long[] Split(long amount, IReadOnlyList<long> weights)
    {
        var sum = weights.Aggregate(0L, (all, weight) => checked(all + weight));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(amount, sum);
        var parts = new long[weights.Count];
        if (amount == 0)
            return parts;

        var fractions = new Int128[weights.Count];
        var rest = amount;
        for (var i = 0; i < parts.Length; i++)
        {
            var (part, fraction) = Int128.DivRem((Int128)amount * weights[i], sum);
            (parts[i], fractions[i]) = ((long)part, fraction);
            rest -= parts[i];
        }
        // Fewer units are left than parts were rounded down, so each gets one at most: none grows above its weight.
        foreach (var i in Enumerable.Range(0, parts.Length).OrderByDescending(i => fractions[i]).Take((int)rest))
            parts[i]++;
        return parts;
    }
}

/// <summary>Why a coupon does not apply, as a checkout is told.</summary>
internal static class Refusals
{
    public const string Unknown = "coupon_unknown";
    public const string Expired = "coupon_expired";
    public const string Used = "coupon_used";
    public const string NotApplicable = "coupon_not_applicable";
    public const string MinimumNotMet = "coupon_minimum_not_met";
    public const string NotStackable = "coupon_not_stackable";
}
