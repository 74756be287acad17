using Doorbuster.Carts;
using Doorbuster.Contracts.Catalog;
using Doorbuster.Contracts.Coupons;
using FsCheck;
using FsCheck.Fluent;

namespace Doorbuster.Tests.Carts;

public sealed class QuoteMakerTests
{
    private static readonly string[] Classes = ["standard", "reduced", "exempt"];

    private static readonly Gen<long> AnyAmount = Gen.OneOf(
        Gen.Choose(0, 20).Select(minor => (long)minor), Gen.Choose(0, 2_000_000).Select(minor => (long)minor),
        Gen.Constant(100_000_000_000L));

    private static readonly Gen<QuoteLine> AnyLine =
        from price in AnyAmount
        from off in Gen.Choose(0, 500)
        from quantity in Gen.Choose(1, 1_000)
        from taxClass in Gen.Elements(Classes)
        from number in Gen.Choose(1, 1_000_000)
        select new QuoteLine($"S{number}", "A thing", quantity, price + off, price, number, 1, 1, taxClass);

    private static readonly Gen<TaxRule> AnyTax =
        from rate in Gen.Elements(0, 1, 500, 700, 1_900, 2_000, 2_550)
        from isIncluded in Gen.Elements(true, false)
        select new TaxRule("VAT", rate, isIncluded);

    private static readonly Arbitrary<QuoteFacts> AnyFacts = (
        from lines in AnyLine.NonEmptyListOf().Resize(8)
        from coupons in AnyAmount.Where(minor => minor > 0).ListOf().Resize(3)
        from shipping in AnyAmount
        from free in AnyAmount
        from ships in Gen.Choose(0, 2)
        from taxes in AnyTax.ArrayOf(3)
        from points in AnyAmount
        from worth in Gen.Elements(1L, 3, 100)
        from wallet in AnyAmount
        select new QuoteFacts
        {
            Currency = "GBP",
            Lines = [.. lines],
            Coupons = [.. coupons.Select((minor, i) => new CouponDiscount(i + 1, "Off", minor))],
            Shipping = ships == 0 ? null : new ShippingRate("standard", "GB", "GBP", "Standard", shipping, ships == 1 ? null : free),
            Taxes = Classes.Zip(taxes).ToDictionary(pair => pair.First, pair => pair.Second),
            Points = points,
            PointWorthMinor = worth,
            WalletMinor = wallet,
        }).ToArbitrary();

    [Fact]
    public void Lines_and_adjustments_add_up_to_the_total_which_is_never_below_zero() =>
        Prop.ForAll(AnyFacts, facts =>
        {
            var quote = QuoteMaker.Make(facts);

            var sum = quote.Lines.Sum(line => line.ListPriceMinor * line.Quantity)
                + quote.Adjustments.Sum(one => one.AmountMinor);
            Assert.Equal(quote.TotalMinor, sum);
            Assert.True(quote.TotalMinor >= 0);
            Assert.All(
                quote.Adjustments.Where(one => one.Kind is "promotion" or "coupon" or "points" or "wallet"),
                one => Assert.True(one.AmountMinor <= 0));
            Assert.All(
                quote.Adjustments.Where(one => one.Kind is "shipping" or "tax"), one => Assert.True(one.AmountMinor >= 0));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Nobody_pays_with_more_than_he_has_or_more_than_is_left() =>
        Prop.ForAll(AnyFacts, facts =>
        {
            var quote = QuoteMaker.Make(facts);
            var before = QuoteMaker.Make(facts with { Points = 0, WalletMinor = 0 }).TotalMinor;

            Assert.InRange(quote.Points, 0, facts.Points);
            Assert.InRange(quote.WalletMinor, 0, facts.WalletMinor);
            Assert.Equal(before, quote.TotalMinor + quote.Points * facts.PointWorthMinor + quote.WalletMinor);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Each_tax_is_rounded_once_over_all_it_applies_to_and_the_bases_are_what_is_paid_for() =>
        Prop.ForAll(AnyFacts, facts =>
        {
            var all = Classes.ToDictionary(one => one, _ => new TaxRule("VAT", 1_900, IsIncluded: true));
            var quote = QuoteMaker.Make(facts with { Taxes = all, Points = 0, WalletMinor = 0 });
            var tax = Assert.Single(quote.Taxes);

            Assert.Equal(quote.TotalMinor, tax.BaseMinor);
            var exact = (decimal)tax.BaseMinor * 1_900 / 11_900;
            Assert.True(Math.Abs(tax.AmountMinor - exact) <= 0.5m);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_split_is_exact_and_gives_no_part_more_than_its_weight() =>
        Prop.ForAll(
            (from weights in AnyAmount.NonEmptyListOf().Resize(12)
             from share in Gen.Choose(0, 1_000)
             select (Weights: weights.ToArray(), Amount: (long)((Int128)weights.Sum() * share / 1_000))).ToArbitrary(),
            split =>
            {
                var parts = QuoteMaker.Split(split.Amount, split.Weights);
                Assert.Equal(split.Amount, parts.Sum());
                Assert.All(parts.Zip(split.Weights), part => Assert.InRange(part.First, 0, part.Second));
            }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(1_000, 2_000, false, 200)]
    [InlineData(1_200, 2_000, true, 200)]
    [InlineData(3, 1_900, true, 0)]
    [InlineData(5, 1_000, false, 1)]    // half a unit goes up
    [InlineData(4, 1_000, false, 0)]
    public void Tax_is_rounded_half_up(long baseMinor, int rate, bool isIncluded, long tax) =>
        Assert.Equal(tax, QuoteMaker.TaxOn(baseMinor, new TaxRule("VAT", rate, isIncluded)));

    [Fact]
    public void An_order_in_words()
    {
        var quote = QuoteMaker.Make(new()
        {
            Currency = "GBP",
            Lines = [new("MUG", "A mug", 2, 1_500, 1_200, 1, 1, 1, "standard")],
            Coupons = [new(7, "Ten off", 400)],
            Shipping = new("standard", "GB", "GBP", "Standard", 300, 5_000),
            Taxes = new Dictionary<string, TaxRule> { ["standard"] = new("VAT", 2_000, IsIncluded: false) },
            Points = 60,
            PointWorthMinor = 1,
            WalletMinor = 1_000,
        });

        // 30.00 listed, 6.00 off, coupon 4.00, shipping 3.00, tax on 23.00, 60 points, 10.00 from the wallet.
        Assert.Equal([-600L, -400, 300, 460, -60, -1_000], quote.Adjustments.Select(one => one.AmountMinor));
        Assert.Equal(1_700, quote.TotalMinor);
    }
}
