using Doorbuster.LoadTest.Open;

namespace Doorbuster.LoadTest.Report;

/// <summary>The figures of a run by name, as thresholds ask for them.</summary>
/// <param name="Seconds">How long people were served.</param>
/// <param name="People">What shares are taken of.</param>
/// <param name="Invalid">Why no rate and no time may be stated; null when they may.</param>
internal sealed record Measurements(
    double Seconds, long People, IReadOnlyDictionary<string, Histogram> Times, IReadOnlyDictionary<string, long?> Counts, string? Invalid)
{
    /// <returns>Milliseconds, a count, a rate per second or a share; null when it was not measured.</returns>
    public double? Find(string metric, string statistic)
    {
        if (Times.TryGetValue(metric, out var times))
            return statistic switch
            {
                "count" => times.Count,
                "rate" => times.Count / Seconds,
                _ when times.Count == 0 => null,
                "max" => times.Max / 1e6,
                "mean" => times.Mean / 1e6,
                _ => times.Percentile(ShareOf(statistic)) / 1e6,
            };
        return Counts.TryGetValue(metric, out var count) && count is { } value
            ? statistic switch { "rate" => value / Seconds, "share" => (double)value / Math.Max(People, 1), _ => value }
            : null;
    }

    /// <summary>
    /// Each threshold's result. When times or rates are asked for and the generator was not up to it, one more says so.
    /// </summary>
    public IReadOnlyList<ThresholdResult> Check(IReadOnlyList<Threshold> thresholds)
    {
        var results = thresholds.Select(threshold => threshold.Check(this)).ToList();
        if (Invalid is not null && thresholds.Any(t => t.IsOfTheGenerator))
            results.Add(new ThresholdResult("generator keeps up", false, null, Invalid));
        return results;
    }

    // p99.9 is 0.999.
    private static double ShareOf(string percentile) =>
        double.Parse(percentile.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture) / 100;
}
