using Doorbuster.Orders;

namespace Doorbuster.Tests.Orders;

public sealed class OrderStepsTests
{
    [Fact]
    public void An_order_is_placed_paid_shipped_and_completed_or_leaves_that_road_once()
    {
        var may =
            from one in Enum.GetValues<OrderState>()
            from other in Enum.GetValues<OrderState>()
            where OrderSteps.May(one, other)
            select $"{OrderSteps.NameOf(one)} → {OrderSteps.NameOf(other)}";

        Assert.Equal(
            [
                "completed → refunding", "completed → returning", "paid → refunding", "paid → shipped",
                "placed → cancelled", "placed → paid", "refunding → refunded", "return_declined → refunding",
                "returned → refunding", "returning → refunding", "returning → return_declined",
                "returning → returned", "shipped → completed", "shipped → refunding", "shipped → returning",
            ],
            may.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_state_that_was_left_is_ever_entered_again()
    {
        foreach (var state in Enum.GetValues<OrderState>())
            Assert.DoesNotContain(state, Reachable(state));

        static HashSet<OrderState> Reachable(OrderState from)
        {
            var reached = new HashSet<OrderState>();
            var open = new Stack<OrderState>([from]);
            while (open.TryPop(out var at))
                foreach (var next in Enum.GetValues<OrderState>().Where(to => OrderSteps.May(at, to)))
                    if (reached.Add(next))
                        open.Push(next);
            return reached;
        }
    }

    [Fact]
    public void Only_a_placed_order_can_be_cancelled_which_the_bulk_statement_relies_on() =>
        Assert.Equal([(short)OrderState.Placed], OrderSteps.Before(OrderState.Cancelled));

    [Theory]
    [InlineData(false, 0, "placed")]
    [InlineData(false, 100, "placed")]
    [InlineData(true, 100, "placed")]
    [InlineData(true, 0, "paid")]
    public void Only_what_is_kept_at_once_and_free_needs_no_payment(bool isKept, long price, string state) =>
        Assert.Equal(state, OrderSteps.NameOf(Order.StateAtBirth(isKept, price)));
}
