using System.Text.Json.Serialization;
using Doorbuster.LoadTest.Open;

namespace Doorbuster.LoadTest.Report;

/// <summary>What a run did and found: printed, written as JSON and drawn as a page from this one record.</summary>
public sealed record LoadReport
{
    /// <summary><c>sale</c> or <c>replay</c>.</summary>
    public required string Scenario { get; init; }
    public required string Target { get; init; }
    public required int Seed { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public required double DurationSeconds { get; init; }

    /// <summary>How the run was asked for, in the order of the options.</summary>
    public required Dictionary<string, string> Settings { get; init; }

    /// <summary>Where people, or purchases, ended.</summary>
    public required Dictionary<string, long> Outcome { get; init; }

    /// <summary>Every answer by status and code, and every request without one.</summary>
    public required Dictionary<string, long> Answers { get; init; }

    /// <summary>What must be 0, and the sums behind it; null: could not be measured.</summary>
    public required Dictionary<string, long?> Correctness { get; init; }
    public required IReadOnlyList<LatencyRow> Latency { get; init; }
    public required IReadOnlyList<SecondRow> Seconds { get; init; }
    public required GeneratorReport Generator { get; init; }
    public required IReadOnlyList<ThresholdResult> Thresholds { get; init; }

    /// <summary>Sentences for people: what was odd, what could not be measured and how to measure it.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    [JsonIgnore]
    public bool Passed => Thresholds.All(t => t.Passed);
}

/// <param name="Name">What was asked; times are milliseconds.</param>
/// <param name="Buckets">Upper edge in milliseconds and count, about 20 to a factor of ten.</param>
public sealed record LatencyRow(
    string Name, long Count, double P50, double P90, double P95, double P99, double P999, double Max, double Mean,
    IReadOnlyList<LatencyBucket> Buckets)
{
    internal static LatencyRow From(string name, Histogram times) => new(
        name, times.Count, Ms(times.Percentile(0.5)), Ms(times.Percentile(0.9)), Ms(times.Percentile(0.95)),
        Ms(times.Percentile(0.99)), Ms(times.Percentile(0.999)), Ms(times.Max), Ms((long)times.Mean),
        [.. times.Buckets()
            .GroupBy(b => (int)Math.Ceiling(Math.Log10(Math.Max(b.UpTo, 1)) * 20))
            .Select(g => new LatencyBucket(Ms((long)Math.Pow(10, g.Key / 20.0)), g.Sum(b => b.Count)))]);

    private static double Ms(long nanoseconds) => Math.Round(nanoseconds / 1e6, 3);
}

public sealed record LatencyBucket(double UpToMs, long Count);

/// <summary>One second of the run.</summary>
public sealed record SecondRow(
    double At, long Arrived, long Sent, long Answered, long Admitted, long Refused, long Away, double P50Ms, double P99Ms,
    int InFlight, int Waiting);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(LoadReport))]
[JsonSerializable(typeof(Sales.AuditDocument))]
internal sealed partial class LoadJson : JsonSerializerContext;
