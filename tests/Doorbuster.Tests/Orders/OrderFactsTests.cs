using Doorbuster.Contracts.Orders;
using Doorbuster.Orders;
using Doorbuster.Orders.Projections;

namespace Doorbuster.Tests.Orders;

/// <summary>How steps are told where an order counts only once it is paid, and where it counts at once.</summary>
public sealed class OrderFactsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(null, OrderState.Placed, null, true)]
    [InlineData(null, OrderState.Cancelled, null, true)]
    [InlineData(null, OrderState.Paid, null, false)]
    [InlineData(OrderState.Placed, OrderState.Cancelled, "placed", true)]
    [InlineData(OrderState.Placed, OrderState.Paid, null, false)]
    [InlineData(OrderState.Paid, OrderState.Paid, "paid", false)]    // a part of the money went back
    [InlineData(OrderState.Paid, OrderState.Shipped, "paid", false)]
    [InlineData(OrderState.Refunding, OrderState.Refunded, "refunding", false)]
    internal void What_is_paid_first_comes_into_being_when_it_is_paid(
        OrderState? from, OrderState to, string? toldFrom, bool isTentative)
    {
        var told = OrderFacts.MessageOf(payFirst: true, from, to, "why", Noon, []);
        Assert.Equal((toldFrom, isTentative), (told.From, told.Tentative));

        var usual = OrderFacts.MessageOf(payFirst: false, from, to, "why", Noon, []);
        Assert.Equal((from is { } left ? OrderSteps.NameOf(left) : null, false), (usual.From, usual.Tentative));
        Assert.Equal((told.To, OrderSteps.NameOf(to)), (usual.To, usual.To));
    }

    [Fact]
    public void What_is_tentative_is_not_counted_and_stays_apart_from_what_is_not()
    {
        var (maybe, real) = (Placed(payFirst: true, 1), Placed(payFirst: false, 2));
        Assert.Equal((false, true), (OrderTally.Counts(maybe), OrderTally.Counts(real)));
        var tally = new OrderTally();
        tally.Add(maybe);
        Assert.Empty(tally.Days);
        tally.Add(real);
        Assert.Equal(1, Assert.Single(tally.Days).Value.Placed);

        var merged = OrdersMoved.Merge([maybe, real, Placed(payFirst: true, 3)]);
        Assert.Equal(
            ["True: 1, 3", "False: 2"],
            merged.Select(one => $"{one.Tentative}: {string.Join(", ", one.Orders.Select(order => order.Id))}"));
    }

    private static OrdersMoved Placed(bool payFirst, long id) => OrderFacts.MessageOf(
        payFirst, null, OrderState.Placed, "placed", Noon,
        [new OrderFact(id, 7, "stock", "GBP", 300, [new("MUG", "A mug", 1, 300)], Noon)]);
}
