using System.Globalization;
using CsvHelper;

namespace Doorbuster.LoadTest.Replays;

/// <summary>A purchase of the file, or the taking back of one.</summary>
/// <param name="Customer">Empty for a buyer the file does not name.</param>
/// <param name="Lines">By stock code; a code that occurs twice is one line.</param>
internal sealed record Invoice(string Number, DateTime At, string Customer, bool IsCancellation, IReadOnlyList<InvoiceLine> Lines);

/// <param name="ValueMinor">What the line came to in the file, in pence.</param>
internal sealed record InvoiceLine(string Sku, int Quantity, long ValueMinor);

/// <summary>
/// Reads "Online Retail" (UCI): a line per invoice line. What is no goods, or says nothing about a purchase, is counted with its
/// reason and left out.
/// </summary>
internal sealed class Invoices
{
    private static readonly string[] Columns = ["InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID"];
    private static readonly string[] NotGoods =
    [
        "POST", "DOT", "C2", "C3", "D", "M", "B", "S", "PADS", "CRUK", "BANK CHARGES", "AMAZONFEE", "ADJUST", "ADJUST2",
    ];

    private readonly Dictionary<string, Draft> _drafts = [];

    private Invoices() { }

    public List<Invoice> All { get; } = [];

    /// <summary>Lines left out, by reason.</summary>
    public SortedDictionary<string, long> Skipped { get; } = new(StringComparer.Ordinal);

    public long LineCount { get; private set; }

    public static Invoices Read(TextReader text)
    {
        var read = new Invoices();
        using var csv = CsvReader.Create(text, new CsvReaderOptions
        {
            MalformedData = CsvMalformedDataHandling.Skip,
            FieldCountMismatch = CsvFieldCountHandling.Skip,
            OnMalformedRecord = _ => read.Skip("malformed"),
        });
        csv.ReadHeader();
        var header = csv.Headers.Select(name => name.Trim()).ToList();
        int[] columns = [.. Columns.Select(name => header.FindIndex(h => h.Equals(name, StringComparison.OrdinalIgnoreCase)))];
        if (columns.Contains(-1))
            throw new FormatException($"The first line must name the columns {string.Join(", ", Columns)}.");
        while (csv.Read())
            if (read.Add(i => csv.GetString(columns[i]).Trim()) is { } reason)
                read.Skip(reason);
            else
                read.LineCount++;
        foreach (var (number, draft) in read._drafts)
            read.All.Add(new Invoice(
                number, draft.At, draft.Customer, draft.IsCancellation,
                [.. draft.Lines.Select(l => new InvoiceLine(l.Key, l.Value.Quantity, (long)Math.Round(l.Value.Value * 100)))]));
        read.All.Sort((a, b) => a.At.CompareTo(b.At) is var order and not 0 ? order : string.CompareOrdinal(a.Number, b.Number));
        return read;
    }

    public static bool IsGoods(string code) =>
        !NotGoods.Contains(code) && !code.StartsWith("GIFT_", StringComparison.Ordinal)
        && !code.StartsWith("TEST", StringComparison.Ordinal) && code.Any(char.IsAsciiDigit);

    private void Skip(string reason)
    {
        LineCount++;
        Skipped[reason] = Skipped.GetValueOrDefault(reason) + 1;
    }

    private string? Add(Func<int, string> field)
    {
        var (number, sku) = (field(0), field(1).ToUpperInvariant());
        if (number.Length == 0 || sku.Length == 0
            || !int.TryParse(field(2), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var quantity)
            || !TryReadTime(field(3), out var at)
            || !decimal.TryParse(field(4), NumberStyles.Number, CultureInfo.InvariantCulture, out var price))
            return "malformed";
        if (!IsGoods(sku))
            return "not_goods";

        var isCancellation = number[0] is 'C' or 'c';
        if (quantity <= 0 && !isCancellation)
            return "adjustment";
        if (price <= 0)
            return "no_price";

        if (!_drafts.TryGetValue(number, out var draft))
            _drafts.Add(number, draft = new Draft(at, field(5), isCancellation));
        var (before, value) = draft.Lines.GetValueOrDefault(sku);
        draft.Lines[sku] = (before + Math.Abs(quantity), value + price * Math.Abs(quantity));
        return null;
    }

    private static bool TryReadTime(string? text, out DateTime at) => DateTime.TryParseExact(
        text, ["MM-dd-yyyy HH:mm", "M/d/yyyy H:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm"], CultureInfo.InvariantCulture,
        DateTimeStyles.None, out at);

    private sealed record Draft(DateTime At, string Customer, bool IsCancellation)
    {
        public Dictionary<string, (int Quantity, decimal Value)> Lines { get; } = [];
    }
}
