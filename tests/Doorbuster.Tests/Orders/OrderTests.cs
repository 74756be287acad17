using Doorbuster.Contracts.Catalog;
using Doorbuster.Contracts.Claims;
using Doorbuster.Contracts.Orders;
using Doorbuster.Orders;
using Doorbuster.Platform;

namespace Doorbuster.Tests.Orders;

public sealed class OrderTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly PoolTerms Terms = new(7, "LAMP-1", "A lamp", 1999, "GBP");

    [Fact]
    public void An_unwritten_order_is_read_from_its_claim()
    {
        var order = Order.Of(Claim(ClaimState.Held, quantity: 2), Terms);

        Assert.Equal((42, 1, OrderState.Placed, 0), (order.Id, order.Person, order.State, order.Version));
        Assert.Equal(new Money(3998, "GBP"), order.Total);
        Assert.Equal(new OrderLine(42, 7, "LAMP-1", "A lamp", 2, 1999), Assert.Single(order.Lines));
        Assert.Equal(Noon.AddMinutes(15), order.PayBy);
    }

    [Theory]
    [InlineData(ClaimState.Held, "placed")]
    [InlineData(ClaimState.Kept, "placed")]    // being paid for this moment
    [InlineData(ClaimState.Released, "cancelled")]
    public void Its_state_follows_the_claims(ClaimState claim, string state) =>
        Assert.Equal(state, OrderSteps.NameOf(Order.Of(Claim(claim), Terms).State));

    [Fact]
    public void An_order_can_be_paid_until_its_hold_runs_out()
    {
        var order = Order.Of(Claim(ClaimState.Held), Terms);

        Assert.True(order.IsPayable(Noon.AddMinutes(15).AddTicks(-1)));
        Assert.False(order.IsPayable(Noon.AddMinutes(15)));
        Assert.False((order with { State = OrderState.Cancelled }).IsPayable(Noon));
        Assert.False((order with { State = OrderState.Paid }).IsPayable(Noon));
        Assert.True((order with { PayBy = null }).IsPayable(Noon.AddYears(1)));
    }

    [Fact]
    public void Lines_are_claimed_under_the_same_keys_by_a_retry_and_under_others_by_the_next_attempt()
    {
        DraftLine[] lines = [Line("A", 1), Line("B", 2)];

        Assert.Equal(OrderDesk.ClaimKey("k", 0, lines), OrderDesk.ClaimKey("k", 0, [Line("A", 1), Line("B", 2)]));
        string[] others =
        [
            OrderDesk.ClaimKey("k", 1, lines), OrderDesk.ClaimKey(
                "l", 0, lines), OrderDesk.ClaimKey("k", 0, [Line("A", 2), Line("B", 1)]),
            OrderDesk.ClaimKey("k", 0, [Line("A", 1)]),
        ];
        Assert.Equal(others.Length, others.Distinct().Count());
        Assert.DoesNotContain(OrderDesk.ClaimKey("k", 0, lines), others);
        Assert.All(others, key => Assert.InRange(key.Length, 1, 255));
    }

    [Fact]
    public void A_page_comes_out_of_the_cache_as_it_went_in()
    {
        var page = CachedPage.Of("{\"data\":[]}"u8.ToArray());
        var found = CachedPage.Parse(page.ToBytes());

        Assert.Equal(page.Tag, found.Tag);
        Assert.Equal(page.Body.ToArray(), found.Body.ToArray());
        Assert.NotEqual(page.Tag, CachedPage.Of("{\"data\":[1]}"u8.ToArray()).Tag);
    }

    private static DraftLine Line(string sku, int quantity) => new(sku, sku, quantity, 100, 1);

    private static ClaimView Claim(ClaimState state, int quantity = 1) =>
        new(42, 7, 1, quantity, state, 1, Noon.AddMinutes(15), Noon);
}
