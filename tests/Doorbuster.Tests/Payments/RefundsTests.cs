using Doorbuster.Payments;
using Doorbuster.Platform;
using FsCheck;
using FsCheck.Fluent;

namespace Doorbuster.Tests.Payments;

public sealed class RefundsTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch;

    private static Gen<(string Name, long Amount, bool Done)> Wishes =>
        from name in Gen.Choose(0, 12)
        from amount in Gen.Choose(-2, 60)
        from done in Gen.Elements(true, false)
        select ($"r{name}", (long)amount, done);

    [Fact]
    public void Whatever_is_asked_for_no_more_goes_back_than_came() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Wishes.ListOf().ToArbitrary(), wishes =>
            {
                var payment = Captured(100);
                var refunds = new List<Refund>();
                foreach (var (name, amount, done) in wishes)
                {
                    switch (Refunds.Decide(payment, refunds, name, amount, "GBP"))
                    {
                        case RefundDecision.Begin:
                            refunds.Add(new(name, amount, "r", At, null, done ? At : null));
                            break;
                        case RefundDecision.GoOn when done:
                            refunds[refunds.FindIndex(one => one.Name == name)] = new(name, amount, "r", At, "x", At);
                            break;
                    }
                    Assert.InRange(Refunds.Done(refunds), 0, Refunds.Promised(refunds));
                    Assert.InRange(Refunds.Promised(refunds), 0, 100);
                    Assert.Equal(refunds.Count, refunds.DistinctBy(one => one.Name).Count());
                    var state = Refunds.StateOf(100, refunds);
                    Assert.Equal(refunds.Count == 0, state == PaymentState.Captured);
                    Assert.Equal(
                        state == PaymentState.Refunded,
                        Refunds.Done(refunds) == 100 && refunds.TrueForAll(one => one.DoneAt is not null));
                }
            }));

    [Theory]
    [InlineData("a", 60, "GBP", "DoneAlready")]
    [InlineData("a", 61, "GBP", "NameReused")]
    [InlineData("b", 10, "GBP", "GoOn")]
    [InlineData("c", 30, "GBP", "Begin")]
    [InlineData("c", 31, "GBP", "TooMuch")]
    [InlineData("c", -1, "GBP", "TooMuch")]
    [InlineData("c", 30, "USD", "OtherCurrency")]
    public void A_wish_is_judged_by_what_goes_back_already(string name, long amount, string currency, string decision)
    {
        Refund[] refunds = [new("a", 60, "r", At, "re_1", At), new("b", 10, "r", At)];
        Assert.Equal(decision, $"{Refunds.Decide(Captured(100), refunds, name, amount, currency)}");
    }

    [Fact]
    public void Nothing_goes_back_of_what_never_came() => Assert.Equal(
        RefundDecision.NotCaptured,
        Refunds.Decide(Captured(100) with { CapturedAt = null }, [], "a", 1, "GBP"));

    [Fact]
    public void A_free_payment_is_refunded_by_nothing()
    {
        Assert.Equal(RefundDecision.Begin, Refunds.Decide(Captured(0), [], "whole", 0, "GBP"));
        Assert.Equal(PaymentState.Refunded, Refunds.StateOf(0, [new("whole", 0, "r", At, "re", At)]));
    }

    private static Payment Captured(long amount) => new()
    {
        Id = 1,
        Order = 2,
        Person = 3,
        Amount = new Money(amount, "GBP"),
        State = PaymentState.Captured,
        RequestKey = "k",
        MadeAt = At,
        CapturedAt = At,
    };
}
