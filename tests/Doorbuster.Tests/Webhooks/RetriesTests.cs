using Doorbuster.Webhooks;

namespace Doorbuster.Tests.Webhooks;

public sealed class RetriesTests
{
    [Fact]
    public void Each_wait_is_longer_until_it_is_given_up_after_about_three_days()
    {
        var waits = Enumerable.Range(1, Retries.AttemptsMax - 1).Select(attempts => Retries.After(attempts, 0.5)!.Value)
            .ToList();
        Assert.Equal(waits.Order(), waits);
        Assert.InRange(waits.Aggregate(TimeSpan.Zero, (all, one) => all + one).TotalDays, 3, 4);
        Assert.Null(Retries.After(Retries.AttemptsMax, 0.5));
        Assert.True(Retries.After(3, 0) < Retries.After(3, 1));
    }

    [Theory]
    [InlineData("*", "order.paid", true)]
    [InlineData("order.*", "order.paid", true)]
    [InlineData("order.*", "payment.captured", false)]
    [InlineData("order.paid", "order.paid", true)]
    [InlineData("order.paid", "order.placed", false)]
    public void A_pattern_says_what_is_wanted(string pattern, string type, bool wanted) =>
        Assert.Equal(wanted, EventTypes.Matches(pattern, type));

    [Theory]
    [InlineData("order.sold", false)]
    [InlineData("orders.*", false)]
    [InlineData("", false)]
    [InlineData("webhook.test", false)]
    [InlineData("order.partly_refunded", true)]
    public void Only_what_there_is_can_be_wanted(string pattern, bool known) =>
        Assert.Equal(known, EventTypes.IsPattern(pattern));
}
