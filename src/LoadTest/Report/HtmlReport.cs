using System.Text;

namespace Doorbuster.LoadTest.Report;

/// <summary>The result as one page: one file, offline, every figure also as text.</summary>
internal static class HtmlReport
{
    private const string Style = """
        body{font:15px/1.5 system-ui,sans-serif;max-width:820px;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}
        h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}small,.legend{color:#57606a}
        table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
        th,td{text-align:right;padding:.2rem .6rem;border-bottom:1px solid #d8dee4}th:first-child,td:first-child{text-align:left}
        .pass{color:#116329}.fail{color:#a40e26;font-weight:600}.bad{color:#a40e26;font-weight:600}
        figure{margin:1rem 0}figcaption{font-weight:600}svg{width:100%;font-size:11px}svg text{fill:#57606a}
        .grid{stroke:#d8dee4}polyline{stroke-width:1.6}.legend span{margin-right:1rem}
        .legend i{display:inline-block;width:.8em;height:.8em;margin-right:.3em}.wide{overflow-x:auto}
        @media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}th,td{border-color:#30363d}.grid{stroke:#30363d}
        svg text,small,.legend{fill:#9198a1;color:#9198a1}.pass{color:#3fb950}.fail,.bad{color:#ff7b72}}
        """;
    private static readonly string[] MustBeNone =
        ["oversold", "lost", "duplicates", "over_limit", "drift", "unaccounted", "unseen", "unpaid_after_approval", "cancelled_wrongly"];

    public static string Page(LoadReport report)
    {
        var page = new StringBuilder();
        page.Append("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">");
        page.Append($"<title>Load: {Plot.Text(report.Target)}</title><style>{Style}</style>");
        page.Append($"<h1>Load test: {Plot.Text(report.Scenario)}</h1><p><small>{Plot.Text(report.Target)} · {report.StartedAt:u} · "
            + $"{report.DurationSeconds:0.0} s · seed {report.Seed} · latency from the intended send time</small></p>");
        Thresholds(page, report);
        Counts(page, "Correctness", report.Correctness);
        Counts(page, "Outcome", report.Outcome.Select(o => KeyValuePair.Create(o.Key, (long?)o.Value)));
        Plots(page, report);
        Latency(page, report);
        Counts(page, "Answers", report.Answers.Select(a => KeyValuePair.Create(a.Key, (long?)a.Value)));
        Generator(page, report);
        Table(page, "Settings", ["", ""], report.Settings.Select(s => new[] { s.Key, s.Value }));
        if (report.Notes.Count > 0)
            page.Append("<h2>Notes</h2><ul>").AppendJoin("", report.Notes.Select(n => $"<li>{Plot.Text(n)}</li>")).Append("</ul>");
        return page.Append("</html>").ToString();
    }

    private static void Thresholds(StringBuilder page, LoadReport report)
    {
        page.Append("<h2>Thresholds</h2><ul>");
        foreach (var threshold in report.Thresholds)
            page.Append($"<li class=\"{(threshold.Passed ? "pass" : "fail")}\">{(threshold.Passed ? "✓ passed" : "✗ failed")}: "
                + $"{Plot.Text(threshold.Text)} ({Plot.Text(threshold.Note ?? $"{threshold.Actual:0.###}")})</li>");
        page.Append("</ul>");
    }

    private static void Plots(StringBuilder page, LoadReport report)
    {
        var seconds = report.Seconds;
        double[] at = [.. seconds.Select(s => s.At)];
        page.Append("<h2>Second by second</h2>");
        page.Append(Plot.Draw("Arrived and answered", "per second", "s", at,
            new("arrived", "#8250df", [.. seconds.Select(s => (double)s.Arrived)]),
            new("answered", "#0969da", [.. seconds.Select(s => (double)s.Answered)])));
        page.Append(Plot.Draw("Answers by kind", "per second", "s", at,
            new("admitted", "#1a7f37", [.. seconds.Select(s => (double)s.Admitted)]),
            new("refused", "#9a6700", [.. seconds.Select(s => (double)s.Refused)]),
            new("away or lost", "#cf222e", [.. seconds.Select(s => (double)s.Away)])));
        page.Append(Plot.Draw("Time to an answer", "ms", "s", at,
            new("p50", "#0969da", [.. seconds.Select(s => s.P50Ms)]),
            new("p99", "#cf222e", [.. seconds.Select(s => s.P99Ms)])));
        page.Append(Plot.Draw("Requests in flight and waiting for a connection", "requests", "s", at,
            new("in flight", "#0969da", [.. seconds.Select(s => (double)s.InFlight)]),
            new("waiting", "#9a6700", [.. seconds.Select(s => (double)s.Waiting)])));
    }

    private static void Latency(StringBuilder page, LoadReport report)
    {
        Table(page, "Latency, ms", ["what", "count", "p50", "p90", "p95", "p99", "p99.9", "max"], report.Latency.Select(r => new[]
        {
            r.Name, $"{r.Count:N0}", $"{r.P50:0.00}", $"{r.P90:0.00}", $"{r.P95:0.00}", $"{r.P99:0.00}", $"{r.P999:0.00}", $"{r.Max:0.00}",
        }));
        if (report.Latency.Count == 0)
            return;
        var first = report.Latency[0];
        page.Append(Plot.Draw($"How the times of '{first.Name}' are spread", "requests up to that time", "log10 ms",
            [.. first.Buckets.Select(b => Math.Log10(Math.Max(b.UpToMs, 0.001)))],
            new Plot.Line(first.Name, "#0969da", [.. first.Buckets.Select(b => (double)b.Count)])));
    }

    private static void Generator(StringBuilder page, LoadReport report)
    {
        var health = report.Generator;
        Table(page, "The generator itself", ["", ""],
        [
            ["result", health.IsValid ? "valid" : $"not valid above {health.ValidUpToPerSecond:N0}/s"],
            ["CPU of one processor", $"{health.CpuShare:P0}"],
            ["its loop: ran, waited for a processor", $"{health.LoopCpuShare:P0}, {health.LoopCpuWaitShare:P0}"],
            ["garbage collection pauses", $"{health.GcPauseMs:0.0} ms"],
            ["arrivals later than intended: p99, max", $"{health.LatenessP99Ms:0.00} ms, {health.LatenessMaxMs:0.00} ms"],
            ["arrivals over 10 ms late, requests dropped", $"{health.LateArrivals:N0}, {health.DroppedRequests:N0}"],
        ]);
    }

    private static void Counts(StringBuilder page, string title, IEnumerable<KeyValuePair<string, long?>> counts) => Table(
        page, title, ["", ""], counts.Select(c => new[] { c.Key, c.Value is { } value ? $"{value:N0}" : "not measured" }),
        isBad: cells => MustBeNone.Contains(cells[0]) && cells[1] != "0");

    private static void Table(
        StringBuilder page, string title, string[] heads, IEnumerable<string[]> rows, Func<string[], bool>? isBad = null)
    {
        page.Append($"<h2>{Plot.Text(title)}</h2><div class=\"wide\"><table>");
        if (heads.Any(h => h.Length > 0))
            page.Append("<tr>").AppendJoin("", heads.Select(h => $"<th>{Plot.Text(h)}</th>")).Append("</tr>");
        foreach (var row in rows)
            page.Append(isBad?.Invoke(row) == true ? "<tr class=\"bad\">" : "<tr>")
                .AppendJoin("", row.Select(cell => $"<td>{Plot.Text(cell)}</td>")).Append("</tr>");
        page.Append("</table></div>");
    }
}
