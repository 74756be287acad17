using Doorbuster.LoadTest.Open;

namespace Doorbuster.Tests.LoadTest;

public sealed class ArrivalsTests
{
    [Fact]
    public void At_a_constant_rate_people_come_evenly()
    {
        var arrivals = new Arrivals(1_000, ramp: TimeSpan.Zero, poisson: false, new Random(1));
        Assert.Equal([1_000_000L, 2_000_000L, 3_000_000L], [arrivals.Next(), arrivals.Next(), arrivals.Next()]);
    }

    [Fact]
    public void Through_the_ramp_comes_half_of_what_the_full_rate_would_bring()
    {
        var times = Take(new Arrivals(1_000, ramp: TimeSpan.FromSeconds(10), poisson: false, new Random(1)), 15_000);
        Assert.InRange(times.Count(t => t <= 10_000_000_000), 4_999, 5_001);
        Assert.InRange(times.Count(t => t <= 5_000_000_000), 1_249, 1_251);
        Assert.InRange(times.Count(t => t is > 10_000_000_000 and <= 20_000_000_000), 9_999, 10_001);
    }

    [Fact]
    public void Random_arrivals_come_at_the_rate_and_are_spread_like_a_poisson_process()
    {
        var times = Take(new Arrivals(1_000, ramp: TimeSpan.Zero, poisson: true, new Random(42)), 100_000);
        Assert.InRange(times[^1] / 1e9, 98, 102);

        // In a Poisson process the counts of equal intervals have a variance equal to their mean.
        var perInterval = times.GroupBy(t => t / 100_000_000).Select(g => (double)g.Count()).ToArray()[..^1];
        var mean = perInterval.Average();
        Assert.InRange(perInterval.Average(n => (n - mean) * (n - mean)) / mean, 0.85, 1.15);
    }

    [Fact]
    public void The_same_seed_brings_the_same_people_at_the_same_times()
    {
        Assert.Equal(
            Take(new Arrivals(500, TimeSpan.FromSeconds(1), poisson: true, new Random(7)), 1_000),
            Take(new Arrivals(500, TimeSpan.FromSeconds(1), poisson: true, new Random(7)), 1_000));
    }

    private static long[] Take(Arrivals arrivals, int count) => [.. Enumerable.Range(0, count).Select(_ => arrivals.Next())];
}
