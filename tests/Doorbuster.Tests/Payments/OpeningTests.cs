using Doorbuster.Contracts.Orders;
using Doorbuster.Payments;
using Doorbuster.Platform;

namespace Doorbuster.Tests.Payments;

public sealed class OpeningTests
{
    private static readonly PayableOrder Order = new(
        Id: 10, Person: 1, TotalMinor: 500, "GBP", "placed", IsPayable: true);

    [Fact]
    public void The_first_wish_to_pay_opens_a_payment() => Assert.IsType<Opening.New>(Opening.Decide(Order, "k", []));

    [Theory]
    [InlineData(nameof(PaymentState.Created))]
    [InlineData(nameof(PaymentState.Pending))]
    public void An_order_has_one_open_payment_whatever_key_asks(string state)
    {
        var open = Payment(Enum.Parse<PaymentState>(state));
        Assert.Equal(new Opening.Existing(open, IsSameRequest: false), Opening.Decide(Order, "other", [open]));
    }

    [Fact]
    public void After_a_declined_payment_another_may_be_tried() =>
        Assert.IsType<Opening.New>(Opening.Decide(Order, "other", [Payment(PaymentState.Declined)]));

    [Fact]
    public void A_captured_payment_is_the_last_though_the_order_does_not_know_yet() =>
        Assert.IsType<Opening.PaidAlready>(Opening.Decide(Order, "other", [Payment(PaymentState.Captured)]));

    [Fact]
    public void An_order_that_cannot_be_paid_opens_nothing_not_even_what_is_open() =>
        Assert.IsType<Opening.NotPayable>(
            Opening.Decide(Order with { IsPayable = false }, "other", [Payment(PaymentState.Pending)]));

    [Theory]
    [InlineData(nameof(PaymentState.Created))]
    [InlineData(nameof(PaymentState.Captured))]
    [InlineData(nameof(PaymentState.Declined))]
    [InlineData(nameof(PaymentState.Refunded))]
    public void The_same_key_finds_its_payment_whatever_became_of_it(string state)
    {
        var same = Payment(Enum.Parse<PaymentState>(state));
        Assert.Equal(
            new Opening.Existing(same, IsSameRequest: true),
            Opening.Decide(Order with { IsPayable = false }, "k", [same]));
    }

    [Fact]
    public void A_key_of_another_orders_payment_is_refused() =>
        Assert.IsType<Opening.KeyReused>(
            Opening.Decide(Order, "k", [Payment(PaymentState.Pending) with { Order = 11 }]));

    [Fact]
    public void Money_never_moves_twice_in_one_direction()
    {
        Assert.True(
            PaymentSteps.May(PaymentState.Created, PaymentState.Captured));    // the webhook overtook the answer
        Assert.True(PaymentSteps.May(PaymentState.Declined, PaymentState.Captured));
        Assert.False(PaymentSteps.May(PaymentState.Captured, PaymentState.Captured));
        Assert.False(PaymentSteps.May(PaymentState.Captured, PaymentState.Declined));
        Assert.False(PaymentSteps.May(PaymentState.Refunded, PaymentState.Captured));
        Assert.False(PaymentSteps.May(PaymentState.Refunding, PaymentState.Captured));
    }

    private static Payment Payment(PaymentState state) => new()
    {
        Id = 100,
        Order = 10,
        Person = 1,
        Amount = new Money(500, "GBP"),
        State = state,
        RequestKey = "k",
        MadeAt = DateTimeOffset.UnixEpoch,
    };
}
