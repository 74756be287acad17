namespace Doorbuster.Catalog.Import;

/// <param name="Format"><c>online-retail</c>, <c>catalog</c> or <c>demo</c>.</param>
/// <param name="Rows">Lines of data read.</param>
/// <param name="Skus">What they came to: variants, the rejected ones left out.</param>
/// <param name="Rejected">Rows not taken, by reason.</param>
/// <param name="RejectsFile">Where they are, with line and reason; null when there are none.</param>
internal sealed record ImportReport(
    string Format, int Rows, int Skus, int Added, int Changed, int Unchanged, SortedDictionary<string, int> Rejected,
    string? RejectsFile, double Seconds);

internal sealed record ExportReport(int Skus, string File);

/// <summary>The file as a whole cannot be imported; the message says why and what to do.</summary>
internal sealed class BadFileException(string message) : Exception(message);

/// <summary>Why a row is not taken: stable words, listed in docs/reference/catalog-csv.md.</summary>
internal static class Reason
{
    public const string Malformed = "malformed";
    public const string InvalidSku = "invalid_sku";
    public const string DuplicateSku = "duplicate_sku";
    public const string UnknownProduct = "unknown_product";
    public const string MissingTitle = "missing_title";
    public const string InvalidText = "invalid_text";
    public const string InvalidCategory = "invalid_category";
    public const string InvalidPrice = "invalid_price";
    public const string InvalidCurrency = "invalid_currency";
    public const string InvalidStock = "invalid_stock";
    public const string StockBelowSold = "stock_below_sold";
    public const string InvalidTaxClass = "invalid_tax_class";
    public const string InvalidSalePrice = "invalid_sale_price";
    public const string InvalidSaleTime = "invalid_sale_time";
    public const string InvalidAttributes = "invalid_attributes";
    public const string InvalidImage = "invalid_image";
    public const string InvalidPublished = "invalid_published";

    // Of the Online Retail format.
    public const string NotGoods = "not_goods";
    public const string Cancellation = "cancellation";
    public const string Adjustment = "adjustment";
    public const string NoPrice = "no_price";
    public const string MissingDescription = "missing_description";
}
