using Doorbuster.Contracts.Coupons;
using Doorbuster.Coupons;
using FsCheck;
using FsCheck.Fluent;

namespace Doorbuster.Tests.Coupons;

public sealed class DiscountsTests
{
    private static readonly string[] Skus = ["A", "B", "C"];

    private static readonly Gen<CouponTerms> AnyCoupon =
        from isPercent in Gen.Elements(true, false)
        from share in Gen.Choose(1, 10_000)
        from amount in Gen.OneOf(Gen.Choose(1, 100_000).Select(minor => (long)minor), Gen.Constant(100_000_000_000))
        from cap in Gen.Choose(0, 5_000)
        from minimum in Gen.Choose(0, 3_000)
        from skus in Gen.SubListOf(Skus)
        from isStackable in Gen.Elements(true, true, false)
        select new CouponTerms(
            isPercent ? share : null, isPercent ? null : amount, isPercent && cap > 0 ? cap : null, "GBP", minimum,
            skus.Count == 0 ? CouponScope.Everything : CouponScope.Skus, [.. skus], isStackable);

    private static readonly Gen<CouponGood> AnyGood =
        from sku in Gen.Elements(Skus)
        from quantity in Gen.Choose(1, 1_000)
        from price in Gen.OneOf(Gen.Choose(0, 10_000).Select(minor => (long)minor), Gen.Constant(100_000_000_000))
        from currency in Gen.Elements("GBP", "GBP", "GBP", "EUR")
        select new CouponGood(sku, 1, 1, quantity, price, currency);

    private static readonly Arbitrary<(CouponTerms[] Coupons, CouponGood[] Goods)> AnyCheckout = (
        from coupons in AnyCoupon.ArrayOf().Resize(4)
        from goods in AnyGood.ArrayOf().Resize(8)
        select (coupons, goods)).ToArbitrary();

    [Fact]
    public void Coupons_never_take_more_than_goods_cost_and_their_parts_add_up() =>
        Prop.ForAll(AnyCheckout, checkout =>
        {
            var (coupons, goods) = checkout;
            var left = goods.Select(good => good.PriceMinor * good.Quantity).ToArray();
            var outcomes = Discounts.Apply(coupons, goods, Covers);

            Assert.Equal(coupons.Length, outcomes.Count);
            foreach (var (coupon, (applied, refusal)) in coupons.Zip(outcomes))
            {
                Assert.True(applied is null != refusal is null);
                if (applied is null)
                    continue;
                Assert.True(applied.AmountMinor > 0);
                Assert.Equal(applied.AmountMinor, applied.ByGood.Sum());
                Assert.True(coupon.CapMinor is null || applied.AmountMinor <= coupon.CapMinor);
                for (var i = 0; i < goods.Length; i++)
                {
                    left[i] -= applied.ByGood[i];
                    Assert.InRange(applied.ByGood[i], 0, long.MaxValue);
                    Assert.True(applied.ByGood[i] == 0 || Covers(coupon, goods[i]) && goods[i].Currency == "GBP");
                }
            }
            Assert.All(left, minor => Assert.True(minor >= 0));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_split_is_exact_and_within_a_unit_of_its_share() =>
        Prop.ForAll((
            from weights in Gen.Choose(0, 100_000).Select(minor => (long)minor).ArrayOf()
            from percent in Gen.Choose(0, 100)
            select (weights, amount: weights.Sum() * percent / 100)).ToArbitrary(), drawn =>
        {
            var parts = Discounts.Split(drawn.amount, drawn.weights);

            Assert.Equal(drawn.amount, parts.Sum());
            foreach (var (part, weight) in parts.Zip(drawn.weights))
            {
                Assert.InRange(part, 0, weight);
                Assert.True(
                    Math.Abs(part * (double)drawn.weights.Sum() - drawn.amount * (double)weight) <= drawn.weights.Sum());
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_percentage_is_rounded_down_and_taken_of_what_the_coupons_before_left()
    {
        var outcomes = Discounts.Apply([Percent(1_500), Off(500), Percent(10_000)], [Good("A", 999)], Covers);

        Assert.Equal([149, 500, 350], outcomes.Select(outcome => outcome.Applied!.AmountMinor));
    }

    [Fact]
    public void The_minimum_counts_the_goods_a_coupon_applies_to_before_any_discount()
    {
        CouponGood[] goods = [Good("A", 900), Good("B", 5_000)];
        var onA = Off(100) with { MinimumMinor = 1_000, Scope = CouponScope.Skus, ScopeValues = ["A"] };
        var onAll = Off(100) with { MinimumMinor = 5_900 };

        var outcomes = Discounts.Apply([Off(5_000), onA, onAll], goods, Covers);

        Assert.Equal([null, "coupon_minimum_not_met", null], outcomes.Select(outcome => outcome.Refusal));
    }

    [Fact]
    public void A_coupon_that_is_not_stackable_goes_alone()
    {
        var lonely = Off(100) with { IsStackable = false };

        Assert.Null(Discounts.Apply([lonely], [Good("A", 900)], Covers)[0].Refusal);
        Assert.Equal(
            ["coupon_not_stackable", null],
            Discounts.Apply([lonely, Off(100)], [Good("A", 900)], Covers).Select(outcome => outcome.Refusal));
    }

    [Fact]
    public void What_takes_nothing_off_does_not_apply()
    {
        Assert.Equal("coupon_not_applicable", Discounts.Apply([Percent(1)], [Good("A", 900)], Covers)[0].Refusal);
        Assert.Equal("coupon_not_applicable", Discounts.Apply([Off(1)], [Good("A", 0)], Covers)[0].Refusal);
        Assert.Equal(
            "coupon_not_applicable",
            Discounts.Apply([Off(1)], [Good("A", 900) with { Currency = "EUR" }], Covers)[0].Refusal);
    }

    [Theory]
    [InlineData("0123-4567-89AB-CDEF", "0123456789ABCDEF")]
    [InlineData("oi23 4567 89ab cdel", "01234567" + "89ABCDE1")]
    [InlineData("0123-4567-89AB-CDEU", null)]
    [InlineData("0123-4567-89AB", null)]
    [InlineData("0123-4567-89AB-CDEF-0", null)]
    public void Codes_are_read_as_people_type_them(string typed, string? code) =>
        Assert.Equal(code, CouponCodes.Read(typed));

    private static CouponTerms Off(long minor) =>
        new(null, minor, null, "GBP", 0, CouponScope.Everything, [], IsStackable: true);

    private static CouponTerms Percent(int basisPoints) =>
        new(basisPoints, null, null, "GBP", 0, CouponScope.Everything, [], IsStackable: true);

    private static CouponGood Good(string sku, long price) => new(sku, 1, 1, 1, price, "GBP");

    private static bool Covers(CouponTerms coupon, CouponGood good) =>
        coupon.Scope == CouponScope.Everything || coupon.ScopeValues.Contains(good.Sku);
}
