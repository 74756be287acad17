using System.Collections.Concurrent;
using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
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

    // Who has something to show does not wait long for something newer.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PatienceMax = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<long, Entry> _entries = new();
    private readonly ConcurrentDictionary<long, Lazy<Task<FlashSale?>>> _loading = new();

    public ValueTask<FlashSale?> Find(long id, CancellationToken cancel) =>
        _entries.TryGetValue(id, out var entry) && entry.ReadAtMs + LifeMs > NowMs
            ? ValueTask.FromResult(entry.Sale)
            : new(LoadOnce(id, entry).WaitAsync(cancel));

    /// <summary>This process changed the sale: shows it at once here, and elsewhere within a second.</summary>
    public void Forget(long id) => _entries.TryRemove(id, out _);

    // When a sale is first heard of, everybody asks at once: one look-up answers all of them.
    private async Task<FlashSale?> LoadOnce(long id, Entry? last)
    {
        var loading = _loading.GetOrAdd(id, _ => new(() => Load(id, last)));
        try
        {
            return await loading.Value;
        }
        finally
        {
            _loading.TryRemove(new(id, loading));
        }
    }

    private async Task<FlashSale?> Load(long id, Entry? last)
    {
        using var patience = new CancellationTokenSource(last?.Sale is null ? PatienceMax : Patience, clock);
        try
        {
            var sale = await store.Find(id, patience.Token);
            if (_entries.Count >= EntriesMax)
                _entries.Clear();    // somebody tries ids; the sales come back with one read each
            _entries[id] = new(sale, NowMs);
            return sale;
        }
        catch (Exception error) when (
            error is StoreAwayException or NpgsqlException { IsAway: true } or TimeoutException
                or OperationCanceledException)
        {
            if (last?.Sale is not { } sale)
                throw new StoreAwayException("postgres", error);
            log.SaleShownStale(sale.PublicId, error.Message);
            _entries[id] = new(sale, NowMs);
            return sale;
        }
    }

    private long NowMs => clock.GetTimestamp() / (clock.TimestampFrequency / 1_000);

    private sealed record Entry(FlashSale? Sale, long ReadAtMs);
}
