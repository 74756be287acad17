using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Languages;
using Doorbuster.Storefront.Pages.Order;

namespace Doorbuster.Tests.Storefront;

/// <summary>What the order's page says and offers in each state.</summary>
public sealed class OrderStatusTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("placed", null, false, "unpaid", true)]
    [InlineData("placed", "created", false, "unpaid", true)]
    [InlineData("placed", "pending", true, "confirming", true)]
    [InlineData("placed", "captured", true, "confirming", false)]
    [InlineData("placed", "captured", false, "confirming", false)]
    [InlineData("placed", "declined", true, "declined", true)]
    [InlineData("paid", "captured", true, "paid", false)]
    [InlineData("shipped", "captured", false, "shipped", false)]
    [InlineData("completed", "captured", false, "completed", false)]
    [InlineData("refunding", "refunding", false, "refunding", false)]
    [InlineData("refunded", "refunded", false, "refunded", false)]
    [InlineData("returning", "captured", false, "returning", false)]
    [InlineData("returned", "captured", false, "returned", false)]
    [InlineData("return_declined", "captured", false, "return_declined", false)]
    [InlineData("cancelled", null, false, "cancelled", false)]
    [InlineData("cancelled", "captured", true, "money_back", false)]
    [InlineData("some_day_another", null, false, "other", false)]
    public void Follows_from_the_order_and_its_payments(
        string state, string? payment, bool cameBack, string kind, bool canPay)
    {
        var status = OrderStatus.Of(Order(state), Payments(payment), cameBack, Now);

        Assert.Equal((kind, canPay), (status.Kind, status.CanPay));
        foreach (var language in Language.All)
        {
            Assert.NotNull(Words.In(language).Find($"order.status.{kind}.title"));
            Assert.NotNull(Words.In(language).Find($"order.status.{kind}.text"));
        }
    }

    [Theory, InlineData(null), InlineData("declined")]
    public void Nobody_is_asked_to_pay_when_the_time_is_over(string? payment)
    {
        var status = OrderStatus.Of(Order("placed") with { PayBy = Now }, Payments(payment), cameBack: false, Now);

        Assert.Equal(("overdue", false, true), (status.Kind, status.CanPay, status.IsMoving));
    }

    [Fact]
    public void An_order_whose_hold_ran_out_says_so_and_can_be_bought_again()
    {
        var order = Order("cancelled") with { History = [new("placed", "cancelled", "hold_expired", Now)] };

        var status = OrderStatus.Of(order, Payments("declined"), cameBack: false, Now);

        Assert.Equal(("expired", true, true), (status.Kind, status.CanBuyAgain, status.IsOver));
    }

    [Fact]
    public void An_order_that_is_held_without_end_cannot_be_cancelled_before_it_is_paid() =>
        Assert.False(OrderStatus.Of(Order("placed") with { PayBy = null }, [], cameBack: false, Now).CanCancel);

    private static List<ApiPayment> Payments(string? newest) =>
        newest is null ? [] : [new("pay_1", newest, new(1_000, "GBP"), null)];

    private static ApiOrder Order(string state) => new(
        "ord_1", state, 1, null, [], [], new(1_000, "GBP"), new(0, "GBP"), null, null, Now.AddMinutes(-1), Now.AddMinutes(14), Now,
        null, []);
}
