using System.Collections.Concurrent;
using Doorbuster.Contracts.Catalog;

namespace Doorbuster.Orders;

/// <summary>
/// What a unit of a sale's pool is and costs, asked of whoever sells it and remembered: it is fixed when the sale is
/// made.
/// </summary>
internal sealed class OrderTerms(IEnumerable<IPricedPools> sellers)
{
    private const int PoolsMax = 10_000;    // ~3 MB; more sales than that do not run at once

    private readonly IPricedPools[] _sellers = [.. sellers];
    private readonly ConcurrentDictionary<long, PoolTerms> _known = new();

    public ValueTask<PoolTerms?> Find(long pool, CancellationToken cancel) =>
        _known.TryGetValue(pool, out var terms) ? ValueTask.FromResult<PoolTerms?>(terms) : Ask(pool, cancel);

    /// <summary>As <see cref="Find"/>, for a pool that somebody has claimed from, and so somebody sells.</summary>
    public async ValueTask<PoolTerms> Get(long pool, CancellationToken cancel) => await Find(pool, cancel)
        ?? throw new InvalidOperationException($"No feature knows the terms of pool {pool}, but it has claims.");

    private async ValueTask<PoolTerms?> Ask(long pool, CancellationToken cancel)
    {
        foreach (var seller in _sellers)
        {
            if (await seller.FindTerms(pool, cancel) is not { } terms)
                continue;
            if (_known.Count >= PoolsMax)
                _known.Clear();
            return _known[pool] = terms;
        }
        return null;
    }
}
