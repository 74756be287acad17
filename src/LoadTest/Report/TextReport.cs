namespace Doorbuster.LoadTest.Report;

/// <summary>The result as lines for a terminal; says in words what the page draws.</summary>
internal static class TextReport
{
    private const int PerLine = 6;

    public static IEnumerable<string> Lines(LoadReport report)
    {
        yield return "";
        foreach (var line in Thresholds(report))
            yield return line;
        foreach (var line in Wrapped("OUTCOME     ", report.Outcome.Where(o => o.Value > 0).Select(o => $"{o.Key} {o.Value:N0}")))
            yield return line;
        foreach (var line in Wrapped("ANSWERS     ", report.Answers.Select(a => $"{a.Key}: {a.Value:N0}")))
            yield return line;
        foreach (var line in Wrapped("CORRECTNESS ", report.Correctness.Select(c => $"{c.Key} {(c.Value is { } v ? $"{v:N0}" : "?")}")))
            yield return line;
        foreach (var line in Latency(report))
            yield return line;
        yield return Generator(report);
        foreach (var note in report.Notes)
            yield return $"NOTE         {note}";
    }

    private static IEnumerable<string> Thresholds(LoadReport report)
    {
        foreach (var threshold in report.Thresholds)
        {
            var value = threshold.Note ?? $"{threshold.Actual:0.###}";
            yield return $"{(threshold.Passed ? "✓" : "✗")} {threshold.Text} ({value})";
        }
    }

    private static IEnumerable<string> Latency(LoadReport report)
    {
        yield return $"{"LATENCY ms",-16}{"count",12}{"p50",10}{"p90",10}{"p95",10}{"p99",10}{"p99.9",10}{"max",10}";
        foreach (var row in report.Latency)
            yield return $"  {row.Name,-14}{row.Count,12:N0}{row.P50,10:0.00}{row.P90,10:0.00}{row.P95,10:0.00}{row.P99,10:0.00}"
                + $"{row.P999,10:0.00}{row.Max,10:0.00}";
    }

    private static string Generator(LoadReport report)
    {
        var health = report.Generator;
        var rate = health.IsValid
            ? $"{report.Outcome.Values.First() / Math.Max(report.DurationSeconds, 1e-9):N0} arrivals/s over {report.DurationSeconds:0.0} s"
            : $"NO RATE IS STATED: {health.WhyInvalid}";
        return $"GENERATOR    {rate} · CPU {health.CpuShare:P0} of one (loop {health.LoopCpuShare:P0}, waited {health.LoopCpuWaitShare:P0}) · "
            + $"GC {health.GcPauseMs:0} ms · late p99 {health.LatenessP99Ms:0.0} ms, max {health.LatenessMaxMs:0.0} ms · "
            + $"dropped {health.DroppedRequests:N0} · seed {report.Seed}";
    }

    private static IEnumerable<string> Wrapped(string title, IEnumerable<string> words)
    {
        foreach (var line in words.Chunk(PerLine))
        {
            yield return $"{title} {string.Join("   ", line)}";
            title = new string(' ', title.Length);
        }
    }
}
