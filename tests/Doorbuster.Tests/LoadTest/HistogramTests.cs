using Doorbuster.LoadTest.Open;

namespace Doorbuster.Tests.LoadTest;

public sealed class HistogramTests
{
    [Fact]
    public void A_percentile_is_at_most_one_percent_off_from_nanoseconds_to_an_hour()
    {
        for (var value = 1L; value < 3_600_000_000_000; value = value * 21 / 20 + 1)
        {
            var histogram = new Histogram();
            histogram.Record(value);
            histogram.Record(value * 1000);    // So that the maximum does not correct the answer.
            Assert.InRange(histogram.Percentile(0.5), value * 0.99, value * 1.01);
        }
    }

    [Fact]
    public void Percentiles_of_random_times_agree_with_the_sorted_list()
    {
        var random = new Random(1);
        var times = Enumerable.Range(0, 20_000).Select(_ => (long)Math.Exp(random.NextDouble() * 20)).ToArray();
        var histogram = new Histogram();
        foreach (var time in times)
            histogram.Record(time);
        Array.Sort(times);

        foreach (var share in new[] { 0.01, 0.5, 0.9, 0.99, 0.999 })
        {
            var exact = times[(int)Math.Ceiling(share * times.Length) - 1];
            Assert.InRange(histogram.Percentile(share), exact * 0.99 - 1, exact * 1.01 + 1);
        }
        Assert.Equal(times[^1], histogram.Percentile(1));
        Assert.Equal(times[^1], histogram.Max);
        Assert.Equal(times.Average(), histogram.Mean, tolerance: 1);
    }

    [Fact]
    public void Two_histograms_together_count_what_each_counted()
    {
        var (one, other) = (new Histogram(), new Histogram());
        one.Record(1_000);
        other.Record(5_000_000);
        one.Add(other);
        Assert.Equal(2, one.Count);
        Assert.Equal(5_000_000, one.Max);
        Assert.Equal(2, one.Buckets().Sum(b => b.Count));
        Assert.All(one.Buckets(), b => Assert.True(b.UpTo > 1_000));

        one.Clear();
        Assert.Equal((0L, 0L), (one.Count, one.Percentile(0.99)));
    }

    [Fact]
    public void Times_beyond_the_range_count_as_the_longest()
    {
        var histogram = new Histogram();
        histogram.Record(long.MaxValue);
        histogram.Record(-5);
        Assert.Equal(2, histogram.Count);
        Assert.Equal(0, histogram.Percentile(0.5));
    }
}
