namespace Doorbuster.Contracts.Catalog;

public interface ICatalog
{
    /// <summary>The variant with this stock-keeping unit, or null.</summary>
    Task<Variant?> FindVariant(string sku, CancellationToken cancel);

    /// <summary>The variants of these stock-keeping units, in any order; those that are not for sale are left out.</summary>
    Task<IReadOnlyList<Variant>> FindVariants(IReadOnlyCollection<string> skus, CancellationToken cancel);

    /// <summary>As <see cref="FindVariant(string, CancellationToken)"/>, at what this person pays: less by a price list of a
    /// group that he is in.</summary>
    Task<Variant?> FindVariant(string sku, long person, CancellationToken cancel) => FindVariant(sku, cancel);

    /// <summary>As <see cref="FindVariants(IReadOnlyCollection{string}, CancellationToken)"/>, at what this person
    /// pays.</summary>
    Task<IReadOnlyList<Variant>> FindVariants(
        IReadOnlyCollection<string> skus, long person, CancellationToken cancel) => FindVariants(skus, cancel);

    /// <summary>How goods that go to this region are taxed.</summary>
    /// <param name="country">ISO 3166-1 alpha-2.</param>
    ValueTask<TaxRule> FindTax(string country, string? region, CancellationToken cancel);

    /// <summary>The same for goods of one tax class, as in <see cref="Variant.TaxClass"/>; a class without a rule of its own is
    /// taxed as <c>standard</c>.</summary>
    ValueTask<TaxRule> FindTax(string country, string? region, string taxClass, CancellationToken cancel) =>
        FindTax(country, region, cancel);

    /// <summary>These categories, by slug, each with the ids of itself and of everything below it; unknown ones are left
    /// out. At most seconds old.</summary>
    Task<IReadOnlyDictionary<string, IReadOnlyList<long>>> FindBranches(
        IReadOnlyCollection<string> slugs, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyDictionary<string, IReadOnlyList<long>>>(new Dictionary<string, IReadOnlyList<long>>());
}

/// <param name="PriceMinor">Price of one unit today, for everybody or for whom it was asked, in the currency's minor unit.</param>
/// <param name="StockPool">The pool of the variant's ordinary stock.</param>
public sealed record Variant(string Sku, string Title, long PriceMinor, string Currency, long StockPool)
{
    public long ProductId { get; init; }
    public long CategoryId { get; init; }

    /// <summary>The price without a promotion or price list; the same as today's when there is none.</summary>
    public long ListPriceMinor { get; init; }

    /// <summary>What kind of goods it is to the tax office: <c>standard</c>, <c>reduced</c>, …</summary>
    public string TaxClass { get; init; } = "standard";
}

/// <param name="RateBasisPoints">Hundredths of a percent: 2000 is 20 %.</param>
/// <param name="IsIncluded">True when prices contain the tax already.</param>
public sealed record TaxRule(string Title, int RateBasisPoints, bool IsIncluded);
