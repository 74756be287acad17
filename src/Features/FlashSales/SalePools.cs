using System.Collections.Concurrent;
using Doorbuster.Contracts.Catalog;

namespace Doorbuster.FlashSales;

/// <summary>A sale's price and article never change, so they are read once per process.</summary>
internal sealed class SalePools(SaleStore store) : IPricedPools
{
    private const int EntriesMax = 10_000;

    private readonly ConcurrentDictionary<long, PoolTerms> _terms = new();

    public ValueTask<PoolTerms?> FindTerms(long pool, CancellationToken cancel) =>
        _terms.TryGetValue(pool, out var terms) ? new(terms) : new(Load(pool, cancel));

    private async Task<PoolTerms?> Load(long pool, CancellationToken cancel)
    {
        if (await store.Find(pool, cancel) is not { } sale)
            return null;
        if (_terms.Count >= EntriesMax)
            _terms.Clear();
        return _terms[pool] = new(sale.Id, sale.Sku, sale.Title, sale.Price.Minor, sale.Price.Currency);
    }
}
