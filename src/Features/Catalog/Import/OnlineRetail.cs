using System.Collections.Frozen;
using System.Globalization;

namespace Doorbuster.Catalog.Import;

/// <summary>
/// "Online Retail" of the UCI repository: a line per invoice line. The goods are found in it: one product per stock code, with
/// the description most lines agree on and the median of the prices that were asked. What is kept in memory is bounded by the
/// number of codes, not of lines.
/// </summary>
internal sealed class OnlineRetail
{
    public const string Currency = "GBP";

    private const int FactsMax = 2_000_000;    // distinct code, description and price: some 200 MB

    private static readonly string[] Columns = ["InvoiceNo", "StockCode", "Description", "Quantity", "UnitPrice"];

    // Postage, discounts, corrections, fees: lines of an invoice that are no goods.
    private static readonly FrozenSet<string> NotGoods = FrozenSet.Create(
        "POST", "DOT", "C2", "C3", "D", "M", "B", "S", "PADS", "CRUK", "BANK CHARGES", "AMAZONFEE", "ADJUST", "ADJUST2");

    private readonly int[] _columns;
    private readonly Dictionary<string, Code> _codes = [];
    private int _facts;

    private OnlineRetail(string[] header) =>
        _columns = [.. Columns.Select(name => Array.FindIndex(header, h => h.Equals(name, StringComparison.OrdinalIgnoreCase)))];

    public static bool Recognizes(string[] header) => Columns.All(name => header.Contains(name, StringComparer.OrdinalIgnoreCase));

    public static OnlineRetail For(string[] header) => new(header);

    /// <summary>Counts the line in; null, or why it says nothing about goods.</summary>
    public string? Add(string[] fields, int line)
    {
        string Field(int column) => fields[_columns[column]].Trim();

        var (invoice, code, description) = (Field(0), Field(1), Field(2));
        if (!long.TryParse(Field(3), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var quantity)
            || !decimal.TryParse(Field(4), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var price)
            || Math.Abs(price) > CatalogRow.PriceMinorMax / 100 || code.Length == 0 || invoice.Length == 0)
            return Reason.Malformed;
        if (IsNotGoods(code))
            return Reason.NotGoods;
        if (CatalogRow.NormalizeSku(code) is not { } sku)
            return Reason.InvalidSku;
        if (invoice.StartsWith('C') || invoice.StartsWith('c'))
            return Reason.Cancellation;
        if (quantity <= 0)
            return Reason.Adjustment;
        if (price <= 0)
            return Reason.NoPrice;

        if (!_codes.TryGetValue(sku, out var found))
            _codes.Add(sku, found = new Code(line));
        _facts += found.Add(IsDescription(description) ? description : null, price);
        if (_facts > FactsMax)
            throw new BadFileException("The file has too many different stock codes, descriptions and prices.");
        return null;
    }

    /// <summary>What the lines came to, in the order the codes were first seen. Call when all lines are in.</summary>
    public IEnumerable<(CatalogRow? Row, string Code, int Line)> Products(long? stock)
    {
        foreach (var (sku, code) in _codes)
        {
            var title = code.Description();
            yield return (title is null ? null : new CatalogRow
            {
                Sku = sku,
                Product = sku,
                Title = title,
                Category = CategoryRules.CategoryOf(title),
                PriceMinor = MedianMinor(code.Prices),
                Currency = Currency,
                Stock = stock,
                Line = code.Line,
            }, sku, code.Line);
        }
    }

    public static bool IsNotGoods(string code)
    {
        var upper = code.ToUpperInvariant();
        return NotGoods.Contains(upper) || upper.StartsWith("GIFT_", StringComparison.Ordinal)
            || upper.StartsWith("TEST", StringComparison.Ordinal) || !upper.Any(char.IsAsciiDigit);
    }

    /// <summary>In pence. Of an even number, the mean of the two in the middle, half a penny up.</summary>
    public static long MedianMinor(SortedDictionary<decimal, int> prices)
    {
        var count = prices.Values.Sum();
        var (lower, upper, seen) = (0m, 0m, 0);
        foreach (var (price, times) in prices)
        {
            if (seen <= (count - 1) / 2)
                lower = price;
            if (seen <= count / 2)
                upper = price;
            seen += times;
        }
        // A price below half a penny is still a price.
        return Math.Max(1, (long)Math.Round((lower + upper) / 2 * 100, MidpointRounding.AwayFromZero));
    }

    // "?" and the like are notes of a stock taking.
    private static bool IsDescription(string text) =>
        text.Length <= CatalogRow.TitleMax && text.Any(char.IsLetter) && !text.Any(char.IsControl);

    private sealed class Code(int line)
    {
        private readonly Dictionary<string, int> _descriptions = [];

        public int Line => line;

        public SortedDictionary<decimal, int> Prices { get; } = [];

        /// <summary>How many new facts that were.</summary>
        public int Add(string? description, decimal price)
        {
            var before = _descriptions.Count + Prices.Count;
            Prices[price] = Prices.GetValueOrDefault(price) + 1;
            if (description is not null)
                _descriptions[description] = _descriptions.GetValueOrDefault(description) + 1;
            return _descriptions.Count + Prices.Count - before;
        }

        /// <summary>The most frequent; of equally frequent ones the first in the order of their characters.</summary>
        public string? Description() => _descriptions
            .OrderByDescending(d => d.Value).ThenBy(d => d.Key, StringComparer.Ordinal)
            .Select(d => d.Key).FirstOrDefault();
    }
}
