using Doorbuster.Storefront.Console.Sales;

namespace Doorbuster.Tests.Storefront;

public sealed class LiveFiguresTests
{
    private static readonly double[] Bounds = [.001, .01, .1];

    [Fact]
    public void Rates_are_what_came_since_the_last_look_by_the_time_that_passed()
    {
        var before = Figures(0, ("claimed", 10), ("replayed", 1));
        var now = Figures(2, ("claimed", 30), ("replayed", 1), ("sold_out", 5));

        var live = LiveFigures.Of(now, before, null);

        Assert.Equal(31, live.Totals["sold"]);
        Assert.Equal((10, 2.5, 0), (live.Rates["sold"], live.Rates["sold_out"], live.Rates["limit"]));
    }

    [Fact]
    public void The_first_look_has_no_rates_and_no_times()
    {
        var live = LiveFigures.Of(Figures(0, ("claimed", 10)), null, null);

        Assert.All(live.Rates, rate => Assert.Equal(0, rate.Value));
        Assert.Null(live.P50);
    }

    [Fact]
    public void Counts_that_shrink_because_a_store_forgot_are_no_rates() =>
        Assert.Equal(0, LiveFigures.Of(Figures(1, ("claimed", 1)), Figures(0, ("claimed", 10)), null).Rates["sold"]);

    [Fact]
    public void Times_are_those_since_the_earlier_look()
    {
        var live = LiveFigures.Of(
            Figures(10) with { Times = new(Bounds, [100, 50, 0, 0]) }, null, Figures(0) with { Times = new(Bounds, [100, 0, 0, 0]) });
        Assert.Equal(5.5, live.P50);
    }

    [Theory]
    [InlineData(.5, new long[] { 100, 0, 0, 0 }, .5)]
    [InlineData(.99, new long[] { 50, 50, 0, 0 }, 9.82)]
    [InlineData(.5, new long[] { 0, 0, 0, 7 }, 100.0)]
    [InlineData(.5, new long[] { 0, 0, 0, 0 }, null)]
    public void A_percentile_lies_within_its_bound(double part, long[] counts, double? milliseconds) =>
        Assert.Equal(milliseconds, LiveFigures.Percentile(Bounds, counts, part));

    private static SaleFigures Figures(double second, params (string Outcome, long Count)[] requests) => new(
        "sal_1", "open", 1, DateTimeOffset.UnixEpoch.AddSeconds(second), 100, 90, new(DateTimeOffset.UnixEpoch, 0, 10, 90, 0),
        requests.ToDictionary(one => one.Outcome, one => one.Count), new(Bounds, [0, 0, 0, 0]), new(0, 0, 0, 0));
}
