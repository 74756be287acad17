using Doorbuster.Contracts.Catalog;
using Doorbuster.Contracts.Coupons;
using Doorbuster.Contracts.Orders;
using Doorbuster.Platform;

namespace Doorbuster.Carts;

/// <summary>What a quote is made of. Nothing else is asked for.</summary>
internal sealed record QuoteFacts
{
    public required string Currency { get; init; }
    public required IReadOnlyList<QuoteLine> Lines { get; init; }
    public IReadOnlyList<CouponDiscount> Coupons { get; init; } = [];

    /// <summary>Null while it is not chosen.</summary>
    public ShippingRate? Shipping { get; init; }

    /// <summary>By tax class; empty while nobody knows where the goods go.</summary>
    public IReadOnlyDictionary<string, TaxRule> Taxes { get; init; } = new Dictionary<string, TaxRule>();

    /// <summary>Points that may be spent: wished for and there.</summary>
    public long Points { get; init; }
    public required long PointWorthMinor { get; init; }

    /// <summary>What the wallet may pay.</summary>
    public long WalletMinor { get; init; }
}

/// <summary>
/// Prices, in checked integers. In this order: goods at their list prices; promotions; coupons, never more than the goods cost;
/// shipping, free from an amount of what the goods then cost; tax on all of it; points and wallet, which pay and are no
/// discount, never more than is left.
/// Tax is worked out once per rate over everything it applies to, coupons being spread over the rates by what the goods
/// cost, and rounded once, half a minor unit up. Shipping is taxed as standard goods are.
/// </summary>
internal static class QuoteMaker
{
    private const string StandardTax = "standard";

    public static Quote Make(QuoteFacts facts)
    {
        var adjustments = new List<Adjustment>();
        var rest = 0L;
        var byClass = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var line in facts.Lines)
        {
            var (listed, sold) = checked((line.ListPriceMinor * line.Quantity, line.PriceMinor * line.Quantity));
            if (sold != listed)
                adjustments.Add(new("promotion", line.Title, checked(sold - listed), line.Sku));
            rest = checked(rest + sold);
            byClass[line.TaxClass] = checked(byClass.GetValueOrDefault(line.TaxClass) + sold);
        }

        var goods = rest;
        foreach (var coupon in facts.Coupons)
        {
            var off = Math.Min(coupon.AmountMinor, rest);
            adjustments.Add(new("coupon", coupon.Title, -off, PublicId.Format(CouponId.Prefix, coupon.Coupon)));
            rest -= off;
        }
        Spread(byClass, goods - rest);

        if (facts.Shipping is { } shipping)
        {
            var price = shipping.PriceFor(rest);
            adjustments.Add(new("shipping", shipping.Title, price, shipping.Method));
            rest = checked(rest + price);
            byClass[StandardTax] = checked(byClass.GetValueOrDefault(StandardTax) + price);
        }

        var taxes = TaxesOf(facts.Taxes, byClass);
        foreach (var tax in taxes)
        {
            var title = tax.IsIncluded
                ? string.Create(null, $"{tax.Title} {tax.RateBasisPoints / 100m:0.##} %, {tax.AmountMinor} included")
                : string.Create(null, $"{tax.Title} {tax.RateBasisPoints / 100m:0.##} %");
            var added = tax.IsIncluded ? 0 : tax.AmountMinor;
            adjustments.Add(new("tax", title, added));
            rest = checked(rest + added);
        }

        var points = Math.Min(facts.Points, rest / facts.PointWorthMinor);
        if (points > 0)
        {
            var worth = checked(points * facts.PointWorthMinor);
            adjustments.Add(new("points", string.Create(null, $"{points} points"), -worth));
            rest -= worth;
        }
        var wallet = Math.Min(facts.WalletMinor, rest);
        if (wallet > 0)
        {
            adjustments.Add(new("wallet", "Wallet", -wallet));
            rest -= wallet;
        }

        return new Quote
        {
            Currency = facts.Currency,
            Lines = facts.Lines,
            Adjustments = adjustments,
            Taxes = taxes,
            TotalMinor = rest,
            Points = Math.Max(0, points),
            WalletMinor = Math.Max(0, wallet),
        };
    }

    /// <summary>Splits an amount in proportion to weights that add up to at least as much: the parts add up exactly, and none
    /// is more than its weight.</summary>
    public static long[] Split(long amount, IReadOnlyList<long> weights)
    {
        var parts = new long[weights.Count];
        Int128 total = 0, before = 0;
        foreach (var weight in weights)
            total += weight;
        if (total == 0)
            return parts;

        // By rounded running sums: what one part loses by rounding the next one has.
        var given = 0L;
        for (var i = 0; i < parts.Length; i++)
        {
            before += weights[i];
            var reached = (long)(before * amount / total);
            parts[i] = reached - given;
            given = reached;
        }
        return parts;
    }

    /// <summary>Rounded half up.</summary>
    public static long TaxOn(long baseMinor, TaxRule rule)
    {
        Int128 divisor = rule.IsIncluded ? 10_000 + rule.RateBasisPoints : 10_000;
        return checked((long)(((Int128)baseMinor * rule.RateBasisPoints * 2 + divisor) / (divisor * 2)));
    }

    private static void Spread(SortedDictionary<string, long> byClass, long off)
    {
        if (off == 0)
            return;
        string[] classes = [.. byClass.Keys];
        var parts = Split(off, [.. byClass.Values]);
        for (var i = 0; i < classes.Length; i++)
            byClass[classes[i]] -= parts[i];
    }

    private static List<TaxShare> TaxesOf(
        IReadOnlyDictionary<string, TaxRule> rules, SortedDictionary<string, long> byClass) =>
    [
        .. byClass.Where(share => rules.ContainsKey(share.Key))
            .GroupBy(share => rules[share.Key], share => share.Value)
            .Where(rate => rate.Key.RateBasisPoints > 0)
            .Select(rate => (Rule: rate.Key, Base: rate.Aggregate(0L, (sum, one) => checked(sum + one))))
            .Select(rate => new TaxShare(
                rate.Rule.Title, rate.Rule.RateBasisPoints, rate.Rule.IsIncluded, rate.Base, TaxOn(rate.Base, rate.Rule))),
    ];
}

internal static class CouponId
{
    public const string Prefix = "cpn";
}
