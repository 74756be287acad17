using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;

namespace Doorbuster.FlashSales;

/// <summary>
/// <c>doorbuster_sale_requests_total{sale,outcome}</c>. Counted in plain arrays and read when somebody scrapes: a
/// refusal from memory is cheaper than a counter with tags.
/// </summary>
internal sealed class ClaimCounts : IDisposable
{
    public const string MeterName = "Doorbuster.FlashSales";
    private const int SalesMax = 1_000;

    /// <summary>Of the outcomes, in their order.</summary>
    public static readonly string[] Words =
    [
        "claimed", "replayed", "queued", "sold_out", "limit", "not_open", "closed", "paused", "unknown",
        "invalid_quantity", "invalid_key", "key_reused", "away",
    ];

    private readonly ConcurrentDictionary<long, long[]> _counts = new();
    private readonly Meter _meter;

    public ClaimCounts(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _meter.CreateObservableCounter(
            "doorbuster.sale.requests", Read, "{request}", "Answers to claims, by sale and outcome.");
    }

    public void Count(long sale, ClaimOutcome outcome)
    {
        if (_counts.TryGetValue(sale, out var counts) || _counts.Count < SalesMax)
            Interlocked.Increment(ref (counts ?? _counts.GetOrAdd(sale, _ => new long[Words.Length]))[(int)outcome]);
    }

    public IEnumerable<long> Sales => _counts.Keys;

    /// <summary>By outcome, of this process.</summary>
    public long[] Of(long sale)
    {
        var copy = new long[Words.Length];
        if (_counts.TryGetValue(sale, out var counts))
            for (var outcome = 0; outcome < copy.Length; outcome++)
                copy[outcome] = Volatile.Read(ref counts[outcome]);
        return copy;
    }

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<long>> Read()
    {
        foreach (var (id, counts) in _counts)
        {
            var sale = PublicId.Format(FlashSale.PublicPrefix, id);
            for (var outcome = 0; outcome < counts.Length; outcome++)
                if (Volatile.Read(ref counts[outcome]) is > 0 and var count)
                    yield return new(count, new("sale", sale), new("outcome", Words[outcome]));
        }
    }
}
