using System.Collections.Concurrent;
using Doorbuster.Platform;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Doorbuster.FlashSales;

/// <summary>
/// Sales as this process last read them, at most a second old; older when PostgreSQL is away, because a stale read may
/// show (it never sells: that is the pool's decision). Ids that are no sale's are remembered too.
/// </summary>
internal sealed class KnownSales(SaleStore store, TimeProvider clock, ILogger<KnownSales> log)
{
    private const int EntriesMax = 10_000;
    private const long LifeMs = 1_000;

    private readonly ConcurrentDictionary<long, Entry> _entries = new();

    public ValueTask<FlashSale?> Find(long id, CancellationToken cancel) =>
        _entries.TryGetValue(id, out var entry) && entry.ReadAtMs + LifeMs > NowMs
            ? ValueTask.FromResult(entry.Sale)
            : new(Load(id, entry, cancel));

    /// <summary>This process changed the sale: shows it at once here, and elsewhere within a second.</summary>
    public void Forget(long id) => _entries.TryRemove(id, out _);

    private async Task<FlashSale?> Load(long id, Entry? last, CancellationToken cancel)
    {
        try
        {
            var sale = await store.Find(id, cancel);
            if (_entries.Count >= EntriesMax)
                _entries.Clear();    // somebody tries ids; the sales come back with one read each
            _entries[id] = new(sale, NowMs);
            return sale;
        }
        catch (Exception error) when (last?.Sale is not null
            && error is StoreAwayException or NpgsqlException or TimeoutException)
        {
            log.SaleShownStale(last!.Sale.PublicId, error.Message);
            return last.Sale;
        }
    }

    private long NowMs => clock.GetTimestamp() / (clock.TimestampFrequency / 1_000);

    private sealed record Entry(FlashSale? Sale, long ReadAtMs);
}
