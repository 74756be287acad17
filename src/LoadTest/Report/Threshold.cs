using System.Globalization;
using System.Text.RegularExpressions;

namespace Doorbuster.LoadTest.Report;

/// <param name="Note">Why it failed, when it is not the value.</param>
public sealed record ThresholdResult(string Text, bool Passed, double? Actual, string? Note);

/// <summary>
/// A condition on the result: <c>claim:p99&lt;50ms</c>, <c>oversold==0</c>, <c>admitted:share&gt;=10%</c>.
/// Kept in the unit that is measured: milliseconds, counts, per second, or a share of 1.
/// </summary>
internal sealed partial record Threshold(string Text, string Metric, string Statistic, string Comparison, double Limit)
{
    private static readonly string[] OfTimes = ["p50", "p90", "p95", "p99", "p99.9", "max", "mean", "count", "rate"];
    private static readonly string[] OfCounts = ["count", "share", "rate"];

    /// <exception cref="FormatException">Says what is wrong and what there is instead.</exception>
    public static Threshold Parse(string text, IReadOnlyCollection<string> times, IReadOnlyCollection<string> counts)
    {
        var match = Grammar().Match(text);
        if (!match.Success)
            throw new FormatException($"'{text}' is not a threshold. Write METRIC[:STATISTIC] COMPARISON VALUE[UNIT], such as "
                + "'claim:p99<50ms' or 'oversold==0'.");

        var (metric, statistic, unit) = (match.Groups["metric"].Value, match.Groups["statistic"].Value, match.Groups["unit"].Value);
        var isTime = times.Contains(metric);
        if (!isTime && !counts.Contains(metric))
            throw new FormatException($"There is no metric '{metric}'. Times: {string.Join(", ", times)}. Counts: {string.Join(", ", counts)}.");

        if (statistic.Length == 0)
            statistic = isTime ? "p99" : "count";
        var statistics = isTime ? OfTimes : OfCounts;
        if (!statistics.Contains(statistic))
            throw new FormatException($"'{metric}' has no statistic '{statistic}', only {string.Join(", ", statistics)}.");

        var value = double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture);
        var scale = (statistic, unit) switch
        {
            ("count", "") or ("rate", "" or "/s") or ("share", "") => 1,
            ("share", "%") => 0.01,
            ("count" or "rate" or "share", _) => throw Misfit(),
            (_, "us") => 0.001,
            (_, "ms") => 1,
            (_, "s") => 1000,
            _ => throw Misfit(),
        };
        return new Threshold(text.Trim(), metric, statistic, match.Groups["comparison"].Value, value * scale);

        FormatException Misfit() => new(
            $"In '{text}' the unit does not fit: times take us, ms or s; shares take %; rates /s; counts none.");
    }

    /// <summary>A time or a rate: means nothing when the generator could not keep up. What was counted is counted either way.</summary>
    public bool IsOfTheGenerator => Statistic is not ("count" or "share");

    public ThresholdResult Check(Measurements measured)
    {
        if (measured.Invalid is { } why && IsOfTheGenerator)
            return new ThresholdResult(Text, false, null, why);
        if (measured.Find(Metric, Statistic) is not { } actual)
            return new ThresholdResult(Text, false, null, "not measured");
        var passed = Comparison switch
        {
            "<" => actual < Limit,
            "<=" => actual <= Limit,
            ">" => actual > Limit,
            ">=" => actual >= Limit,
            "==" => actual == Limit,
            _ => actual != Limit,
        };
        return new ThresholdResult(Text, passed, Math.Round(actual, 4), null);
    }

    [GeneratedRegex(
        @"^\s*(?<metric>[a-z_]+)(:(?<statistic>[a-z0-9.]+))?\s*(?<comparison><=|>=|==|!=|<|>)\s*(?<value>\d+(\.\d+)?)\s*(?<unit>us|ms|s|%|/s|)\s*$")]
    private static partial Regex Grammar();
}
