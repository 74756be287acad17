using Doorbuster.Contracts.Accounts;
using Doorbuster.Contracts.Catalog;
using Doorbuster.Platform;

namespace Doorbuster.Catalog;

/// <summary>What other features ask of the catalog. What is there is remembered for seconds; what it costs is asked of the clock
/// each time, so that a timed price begins and ends at its moment.</summary>
internal sealed class CatalogLookup(CatalogStore store, ICustomerGroups groups, TimeProvider clock)
    : ICatalog, IPricedPools
{
    private const int Places = 4_096;

    private static readonly TimeSpan Life = TimeSpan.FromSeconds(2);

    private readonly ShortCache<string, SoldVariant?> _variants = new(Places, Life, clock);
    private readonly ShortCache<(string Sku, string Groups), SoldVariant?> _forMembers = new(Places, Life, clock);
    private readonly ShortCache<long, SoldVariant?> _pools = new(Places, Life, clock);
    private readonly ShortCache<(string Country, string Region, string TaxClass), TaxRule> _taxes = new(512, Life, clock);
    private readonly ShortCache<string, IReadOnlyList<long>> _branches = new(Places, Life, clock);

    public async Task<Variant?> FindVariant(string sku, CancellationToken cancel) => CatalogRow.NormalizeSku(sku) is { } normal
        ? (await _variants.Get(normal, store.FindVariant).AsTask().WaitAsync(cancel))?.At(clock.GetUtcNow())
        : null;

    public async Task<Variant?> FindVariant(string sku, long person, CancellationToken cancel) =>
        await groups.GroupsOf(person, cancel) is { Count: > 0 } codes
            ? await FindForMember([sku], codes, cancel) is [var variant] ? variant : null
            : await FindVariant(sku, cancel);

    public Task<IReadOnlyList<Variant>> FindVariants(IReadOnlyCollection<string> skus, CancellationToken cancel) => Find(
        _variants, skus, sku => sku, missing => store.FindVariants(missing, cancel));

    public async Task<IReadOnlyList<Variant>> FindVariants(
        IReadOnlyCollection<string> skus, long person, CancellationToken cancel) =>
        await groups.GroupsOf(person, cancel) is { Count: > 0 } codes
            ? await FindForMember(skus, codes, cancel)
            : await FindVariants(skus, cancel);

    public ValueTask<TaxRule> FindTax(string country, string? region, CancellationToken cancel) =>
        FindTax(country, region, TaxRules.StandardClass, cancel);

    public ValueTask<TaxRule> FindTax(string country, string? region, string taxClass, CancellationToken cancel) =>
        _taxes.Get(
            (TaxRules.NormalizeCountry(country), TaxRules.NormalizeRegion(country, region), taxClass), store.FindTax);

    public async Task<IReadOnlyDictionary<string, IReadOnlyList<long>>> FindBranches(
        IReadOnlyCollection<string> slugs, CancellationToken cancel)
    {
        var branches = new Dictionary<string, IReadOnlyList<long>>();
        foreach (var slug in slugs)
            if (await _branches.Get(slug, async (asked, stop) => await store.ListBranch(asked, stop)) is { Count: > 0 } ids)
                branches[slug] = ids;
        return branches;
    }

    public async ValueTask<PoolTerms?> FindTerms(long pool, CancellationToken cancel) =>
        (await _pools.Get(pool, store.FindVariantOfPool))?.At(clock.GetUtcNow()) is { } variant
            ? new(pool, variant.Sku, variant.Title, variant.PriceMinor, variant.Currency)
            : null;

    private Task<IReadOnlyList<Variant>> FindForMember(
        IReadOnlyCollection<string> skus, IReadOnlyList<string> codes, CancellationToken cancel)
    {
        var name = string.Join(',', codes);
        return Find(_forMembers, skus, sku => (sku, name), missing => store.FindVariants(missing, codes, cancel));
    }

    private async Task<IReadOnlyList<Variant>> Find<TKey>(
        ShortCache<TKey, SoldVariant?> cache, IReadOnlyCollection<string> skus, Func<string, TKey> keyOf,
        Func<string[], Task<List<SoldVariant>>> load) where TKey : notnull
    {
        var found = new List<SoldVariant>(skus.Count);
        var missing = new List<string>();
        foreach (var sku in skus.Select(CatalogRow.NormalizeSku).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            if (!cache.TryPeek(keyOf(sku), out var known))
                missing.Add(sku);
            else if (known is not null)
                found.Add(known);
        }
        if (missing.Count > 0)
        {
            var asOf = clock.GetTimestamp();
            var loaded = await load([.. missing]);
            foreach (var variant in loaded)
                cache.Put(keyOf(variant.AtList.Sku), variant, asOf);
            found.AddRange(loaded);
        }
        var now = clock.GetUtcNow();
        return [.. found.Select(variant => variant.At(now))];
    }
}
