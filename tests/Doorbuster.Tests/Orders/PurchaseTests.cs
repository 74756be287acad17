using Doorbuster.Contracts.Orders;
using Doorbuster.Orders;
using FsCheck;
using FsCheck.Fluent;

namespace Doorbuster.Tests.Orders;

public sealed class PurchaseTests
{
    private static readonly PostalAddress Home = new("Ada", "1 High Street", null, "London", null, "N1 9GU", "GB");

    [Fact]
    public void A_draft_is_taken_when_lines_and_adjustments_are_its_total_and_not_otherwise()
    {
        var cases = from prices in Gen.Choose(0, 10_000).ArrayOf(5)
                    from quantities in Gen.Choose(1, 20).ArrayOf(5)
                    from off in Gen.Choose(-2_000, 2_000)
                    from error in Gen.Elements(-1L, 0L, 1L)
                    select (prices, quantities, off, error);
        Prop.ForAll(cases.ToArbitrary(), one =>
        {
            var lines = one.prices.Zip(one.quantities, (price, quantity) => (price, quantity))
                .Select((line, i) => new DraftLine($"S{i}", "A thing", line.quantity, line.price, i)).ToArray();
            var sum = lines.Sum(line => line.PriceMinor * line.Quantity) + one.off;
            var draft = Draft(sum + one.error, [new("shipping", "Post", one.off)], lines);
            if (one.error == 0 && sum >= 0)
                return Purchase.Of(draft).Total.Minor == sum;
            Assert.Throws<ArgumentException>(() => Purchase.Of(draft));
            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_draft_that_contradicts_itself_or_overflows_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Purchase.Of(Draft(0, [])));
        Assert.Throws<ArgumentException>(() => Purchase.Of(Draft(200, [], Line("A", 1), Line("B", 1))));
        Assert.Throws<ArgumentException>(() => Purchase.Of(Draft(0, [], new DraftLine("A", "A", 0, 100, 1))));
        Assert.Throws<ArgumentException>(() => Purchase.Of(Draft(-1, [new("coupon", "x", -101)], Line("A", 1))));
        Assert.Throws<OverflowException>(
            () => Purchase.Of(Draft(0, [], new DraftLine("A", "A", 3, long.MaxValue / 2, 1))));
    }

    [Fact]
    public void Equal_addresses_have_equal_keys_however_they_are_spelt_and_whoever_lives_there()
    {
        byte[] key = [1, 2, 3];
        var home = AddressKeys.Hash(key, Home);
        Assert.Equal(home, AddressKeys.Hash(key, Home with { Name = "Grace", Line1 = " 1  HIGH street." }));
        Assert.NotEqual(home, AddressKeys.Hash(key, Home with { Line1 = "2 High Street" }));
        Assert.NotEqual(home, AddressKeys.Hash([1, 2, 4], Home));
    }

    private static DraftLine Line(string sku, int quantity) => new(sku, sku, quantity, 100, 1);

    private static OrderDraft Draft(long total, Adjustment[] adjustments, params DraftLine[] lines) => new()
    {
        Checkout = 1,
        Person = 2,
        Currency = "GBP",
        Lines = lines,
        Adjustments = adjustments,
        TotalMinor = total,
        ShipTo = Home,
    };
}
