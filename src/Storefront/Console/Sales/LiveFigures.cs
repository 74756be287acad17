namespace Doorbuster.Storefront.Console.Sales;

/// <summary>What a monitor shows of one second.</summary>
/// <param name="Seconds">Since 1970.</param>
/// <param name="Totals">Answers by kind, since the sale began.</param>
/// <param name="Rates">The same per second, since the last look.</param>
/// <param name="P50">Milliseconds, over the last seconds; null when nobody claimed.</param>
public sealed record LiveFigures(
    double Seconds, string Phase, int Version, long Units, long? Left, long? Kept, long? Held, long? Drift,
    IReadOnlyDictionary<string, long> Totals, IReadOnlyDictionary<string, double> Rates, double? P50, double? P95, double? P99,
    long Waiting, double OldestSeconds, long Retrying, long Dead)
{
    // Few enough to be told apart in a chart; the API knows more.
    private static readonly (string Kind, string[] Outcomes)[] KindsOf =
    [
        ("sold", ["claimed", "replayed"]), ("queued", ["queued"]), ("sold_out", ["sold_out"]), ("limit", ["limit"]),
        ("early", ["not_open", "closed", "paused"]), ("away", ["away"]),
        ("wrong", ["unknown", "invalid_quantity", "invalid_key", "key_reused"]),
    ];

    public static IEnumerable<string> Kinds => KindsOf.Select(kind => kind.Kind);

    /// <param name="last">The look before; null: this is the first.</param>
    /// <param name="earlier">Some seconds ago, from where on times count.</param>
    public static LiveFigures Of(SaleFigures now, SaleFigures? last, SaleFigures? earlier)
    {
        var totals = Totaled(now);
        var before = last is null ? totals : Totaled(last);
        var passed = last is null ? 0 : (now.At - last.At).TotalSeconds;
        var times = earlier is null
            ? [.. now.Times.Counts.Select(_ => 0L)]
            : now.Times.Counts.Zip(earlier.Times.Counts, (one, other) => Math.Max(0, one - other)).ToList();
        return new(
            now.At.ToUnixTimeMilliseconds() / 1000.0, now.Phase, now.Version, now.Units, now.Left ?? now.Count?.Free, now.Count?.Kept, now.Count?.Held,
            now.Count?.Drift, totals,
            totals.ToDictionary(
                kind => kind.Key,
                kind => passed <= 0 ? 0 : Math.Round(Math.Max(0, kind.Value - before[kind.Key]) / passed, 1)),
            Percentile(now.Times.BoundsSeconds, times, .5), Percentile(now.Times.BoundsSeconds, times, .95),
            Percentile(now.Times.BoundsSeconds, times, .99),
            now.Pipeline.Waiting, now.Pipeline.OldestSeconds, now.Pipeline.Retrying, now.Pipeline.Dead);
    }

    /// <summary>In milliseconds, within a bound in proportion; what is beyond the last bound counts as that.</summary>
    internal static double? Percentile(IReadOnlyList<double> bounds, IReadOnlyList<long> counts, double part)
    {
        var all = counts.Sum();
        if (all == 0)
            return null;
        var rank = part * all;
        long below = 0;
        for (var i = 0; i < bounds.Count; i++)
        {
            if (below + counts[i] >= rank && counts[i] > 0)
            {
                var from = i == 0 ? 0 : bounds[i - 1];
                return Math.Round(1000 * (from + (bounds[i] - from) * (rank - below) / counts[i]), 2);
            }
            below += counts[i];
        }
        return 1000 * bounds[^1];
    }

    private static Dictionary<string, long> Totaled(SaleFigures figures) => KindsOf.ToDictionary(
        kind => kind.Kind, kind => kind.Outcomes.Sum(outcome => figures.Requests.GetValueOrDefault(outcome)));
}
