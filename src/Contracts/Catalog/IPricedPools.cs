namespace Doorbuster.Contracts.Catalog;

/// <summary>Tells what one unit of a pool is and costs. Implemented by every feature whose pools are sold.</summary>
public interface IPricedPools
{
    /// <summary>The terms on which the pool's units are sold, or null when the pool is not this feature's.</summary>
    ValueTask<PoolTerms?> FindTerms(long pool, CancellationToken cancel);
}

public sealed record PoolTerms(long Pool, string Sku, string Title, long PriceMinor, string Currency);
