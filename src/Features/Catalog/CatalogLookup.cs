using Doorbuster.Contracts.Catalog;

namespace Doorbuster.Catalog;

/// <summary>What other features ask of the catalog, remembered for seconds.</summary>
internal sealed class CatalogLookup(CatalogStore store, TimeProvider clock) : ICatalog, IPricedPools
{
    private const int Places = 4_096;

    private static readonly TimeSpan Life = TimeSpan.FromSeconds(2);

    private readonly ShortCache<string, Variant?> _variants = new(Places, Life, clock);
    private readonly ShortCache<string, IReadOnlyList<long>> _branches = new(Places, Life, clock);
    private readonly ShortCache<long, PoolTerms?> _terms = new(Places, Life, clock);

    public Task<Variant?> FindVariant(string sku, CancellationToken cancel) => CatalogRow.NormalizeSku(sku) is { } normal
        ? _variants.Get(normal, store.FindVariant).AsTask().WaitAsync(cancel)
        : Task.FromResult<Variant?>(null);

    public async Task<IReadOnlyList<Variant>> FindVariants(
        IReadOnlyCollection<string> skus, CancellationToken cancel) =>
        [.. (await Task.WhenAll(skus.Select(sku => FindVariant(sku, cancel)))).OfType<Variant>()];

    public ValueTask<TaxRule> FindTax(string country, string? region, CancellationToken cancel) =>
        new(new TaxRule("", RateBasisPoints: 0, IsIncluded: true));

    public async Task<IReadOnlyDictionary<string, IReadOnlyList<long>>> FindBranches(
        IReadOnlyCollection<string> slugs, CancellationToken cancel)
    {
        var branches = new Dictionary<string, IReadOnlyList<long>>();
        foreach (var slug in slugs)
            if (await _branches.Get(slug, async (asked, stop) => await store.ListBranch(asked, stop)) is { Count: > 0 } ids)
                branches[slug] = ids;
        return branches;
    }

    public ValueTask<PoolTerms?> FindTerms(long pool, CancellationToken cancel) => _terms.Get(pool, LoadTerms);

    private async Task<PoolTerms?> LoadTerms(long pool, CancellationToken cancel) =>
        await store.FindVariantOfPool(pool, cancel) is { } variant
            ? new(pool, variant.Sku, variant.Title, variant.PriceMinor, variant.Currency)
            : null;
}
