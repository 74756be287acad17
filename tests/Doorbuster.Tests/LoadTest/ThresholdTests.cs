using Doorbuster.LoadTest;
using Doorbuster.LoadTest.Open;
using Doorbuster.LoadTest.Report;

namespace Doorbuster.Tests.LoadTest;

public sealed class ThresholdTests
{
    private static readonly string[] Times = ["claim", "answer"];
    private static readonly string[] Counts = ["oversold", "admitted", "errors", "unseen"];

    [Theory]
    [InlineData("claim:p99<50ms", true)]
    [InlineData("claim:p99 < 29 ms", false)]
    [InlineData("claim<0.05s", true)]
    [InlineData("claim:p50>=9000us", true)]
    [InlineData("claim:max<=30.5ms", true)]
    [InlineData("claim:mean<20ms", true)]
    [InlineData("claim:p99.9<31ms", true)]
    [InlineData("claim:count==3", true)]
    [InlineData("claim:rate>=1.5/s", true)]
    [InlineData("oversold==0", true)]
    [InlineData("oversold!=0", false)]
    [InlineData("admitted>200", false)]
    [InlineData("admitted:share>=20%", true)]
    [InlineData("admitted:rate>99/s", true)]
    public void A_threshold_is_checked_in_its_unit(string text, bool passes) =>
        Assert.Equal(passes, Threshold.Parse(text, Times, Counts).Check(Measured()).Passed);

    [Theory]
    [InlineData("claim")]
    [InlineData("claim:p99")]
    [InlineData("claim:p99<fast")]
    [InlineData("claim:p98<50ms")]
    [InlineData("claim:p99<50")]
    [InlineData("claim:p99<50%")]
    [InlineData("oversold<5ms")]
    [InlineData("oversold:p99<5")]
    public void What_makes_no_sense_is_refused(string text) =>
        Assert.Throws<FormatException>(() => Threshold.Parse(text, Times, Counts));

    [Fact]
    public void An_unknown_metric_is_refused_with_the_list_of_those_there_are()
    {
        var error = Assert.Throws<FormatException>(() => Threshold.Parse("overselled==0", Times, Counts));
        foreach (var name in Times.Concat(Counts))
            Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_not_measured_does_not_pass()
    {
        var result = Threshold.Parse("unseen==0", Times, Counts).Check(Measured());
        Assert.Equal((false, "not measured"), (result.Passed, result.Note));
        Assert.False(Threshold.Parse("answer:p99<1s", Times, Counts).Check(Measured()).Passed);
    }

    [Fact]
    public void A_generator_that_could_not_keep_up_states_no_time_and_no_rate_but_still_counts()
    {
        var measured = Measured() with { Invalid = "not valid above 5,000/s" };
        Assert.Equal("not valid above 5,000/s", Threshold.Parse("claim:p99<50ms", Times, Counts).Check(measured).Note);
        Assert.False(Threshold.Parse("claim:rate>1/s", Times, Counts).Check(measured).Passed);
        Assert.True(Threshold.Parse("oversold==0", Times, Counts).Check(measured).Passed);
    }

    [Fact]
    public void Amounts_are_read_as_people_write_them()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(500), Amounts.Duration("500ms"));
        Assert.Equal(TimeSpan.FromSeconds(1.5), Amounts.Duration("1.5s"));
        Assert.Equal(TimeSpan.FromMinutes(2), Amounts.Duration("2m"));
        Assert.Equal(TimeSpan.FromHours(1), Amounts.Duration("1h"));
        Assert.Equal(0.02, Amounts.Share("2%"));
        Assert.Equal(0.02, Amounts.Share("0.02"));
        Assert.Equal(200_000, Amounts.Count("200k"));
        Assert.Throws<FormatException>(() => Amounts.Duration("5"));
        Assert.Throws<FormatException>(() => Amounts.Share("101%"));
        Assert.Throws<FormatException>(() => Amounts.Count("0"));
    }

    private static Measurements Measured()
    {
        var claims = new Histogram();
        foreach (var milliseconds in new[] { 10, 10, 30 })
            claims.Record(milliseconds * 1_000_000L);
        return new Measurements(
            Seconds: 2, People: 1_000, new Dictionary<string, Histogram> { ["claim"] = claims, ["answer"] = new() },
            new Dictionary<string, long?> { ["oversold"] = 0, ["admitted"] = 200, ["errors"] = 5, ["unseen"] = null }, Invalid: null);
    }
}
