namespace Doorbuster.Contracts.Catalog;

public interface ICatalog
{
    /// <summary>The variant with this stock-keeping unit, or null.</summary>
    Task<Variant?> FindVariant(string sku, CancellationToken cancel);
}

/// <param name="PriceMinor">Price of one unit in the currency's minor unit.</param>
/// <param name="StockPool">The pool of the variant's ordinary stock.</param>
public sealed record Variant(string Sku, string Title, long PriceMinor, string Currency, long StockPool);
