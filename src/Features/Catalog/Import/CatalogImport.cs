using System.Diagnostics;

namespace Doorbuster.Catalog.Import;

/// <summary>
/// Takes rows from a file or the demonstration into the catalog and its stock pools, in batches. Taking the same again changes
/// nothing and says so; after an interruption, taking it again finishes what was begun.
/// </summary>
internal sealed class CatalogImport(CatalogWriter writer, StockPools pools)
{
    public const long DefaultStock = 100;

    private const int SkusMax = 1_000_000;
    private const int CategoriesMax = 10_000;

    private static readonly TimeSpan NoteEvery = TimeSpan.FromSeconds(1);

    /// <param name="stock">Units of what comes without; null: new ones get 100, others keep theirs.</param>
    /// <exception cref="BadFileException">The file cannot be imported. What came before the bad place is.</exception>
    public async Task<ImportReport> FromFile(
        string path, string rejectsPath, long? stock, Action<string> note, CancellationToken cancel)
    {
        using var rejects = new Rejects(rejectsPath);
        rejects.ForgetEarlier();
        using var input = await CsvInput.Open(path, rejects);
        rejects.Columns = input.Header;
        var run = new Run(this, rejects, stock, note, cancel);
        if (OnlineRetail.Recognizes(input.Header))
        {
            var goods = OnlineRetail.For(input.Header);
            while (await input.Read(cancel))
            {
                run.NoteProgress(input.Count);
                if (goods.Add(input.Row, input.Line) is { } reason)
                    rejects.Add(input.Line, reason, input.Row);
            }
            foreach (var (row, code, line) in goods.Products(stock))
            {
                if (row is null)
                    rejects.Add(line, Reason.MissingDescription, "", code);
                else
                    await run.Take(row);
            }
            return await Note(path, await run.Finish("online-retail", input.Count), cancel);
        }
        if (CatalogCsv.Recognizes(input.Header))
        {
            var format = CatalogCsv.For(input.Header);
            while (await input.Read(cancel))
            {
                run.NoteProgress(input.Count);
                var (row, reason) = format.Parse(input.Row, input.Line);
                if (row is null)
                    rejects.Add(input.Line, reason, input.Row);
                else
                    await run.Take(row.Stock is null ? row with { Stock = stock } : row);
            }
            return await Note(path, await run.Finish("catalog", input.Count), cancel);
        }
        throw new BadFileException(
            "The header is of no format known here. Ours begins sku,title,price (docs/reference/catalog-csv.md); "
            + $"Online Retail has InvoiceNo,StockCode,Description,Quantity,UnitPrice. Found: {string.Join(',', input.Header.Take(12))}");
    }

    public async Task<ImportReport> FromRows(IEnumerable<CatalogRow> rows, string name, CancellationToken cancel)
    {
        using var rejects = new Rejects(Path.Combine(Path.GetTempPath(), $"{name}.rejects.csv"));
        var run = new Run(this, rejects, null, _ => { }, cancel);
        var count = 0;
        foreach (var row in rows)
        {
            await run.Take(row);
            count++;
        }
        return await run.Finish(name, count);
    }

    private sealed class Run(CatalogImport import, Rejects rejects, long? stock, Action<string> note, CancellationToken cancel)
    {
        private readonly long _started = Stopwatch.GetTimestamp();
        private readonly Dictionary<string, long> _categories = [];
        private readonly HashSet<string> _seen = [];
        private readonly List<CatalogRow> _batch = [];
        private long _noted = Stopwatch.GetTimestamp();
        private int _added;
        private int _changed;
        private int _unchanged;

        public void NoteProgress(int lines)
        {
            if (Stopwatch.GetElapsedTime(_noted) < NoteEvery)
                return;
            _noted = Stopwatch.GetTimestamp();
            note($"{lines:N0} lines read, {_added + _changed + _unchanged:N0} SKUs taken, {rejects.Counts.Values.Sum():N0} rows rejected");
        }

        public async Task Take(CatalogRow row)
        {
            if (!_seen.Add(row.Sku))
            {
                Reject(row, Reason.DuplicateSku);
                return;
            }
            if (_seen.Count > SkusMax)
                throw new BadFileException($"More than {SkusMax:N0} SKUs in one file: split it.");
            _batch.Add(row);
            if (_batch.Count == CatalogWriter.BatchMax)
                await Flush();
        }

        public async Task<ImportReport> Finish(string format, int lines)
        {
            await Flush();
            return new(
                format, lines, _added + _changed + _unchanged, _added, _changed, _unchanged, rejects.Counts, rejects.File,
                Math.Round(Stopwatch.GetElapsedTime(_started).TotalSeconds, 2));
        }

        private async Task Flush()
        {
            if (_batch.Count == 0)
                return;
            foreach (var category in _batch.Where(row => row.Leads).Select(row => row.Category).Distinct())
                if (!_categories.ContainsKey(category))
                {
                    if (_categories.Count >= CategoriesMax)
                        throw new BadFileException($"More than {CategoriesMax:N0} categories in one file.");
                    _categories.Add(category, await import.CategoryId(category, cancel));
                }

            var written = await import.Write(_batch, _categories, stock ?? DefaultStock, cancel);
            foreach (var row in _batch)
            {
                if (written.Lost.Contains(row.Sku))
                    Reject(row, Reason.UnknownProduct);
                else if (written.Refused.Contains(row.Sku))
                    Reject(row, Reason.StockBelowSold);
                else if (written.Added.Contains(row.Sku))
                    _added++;
                else if (written.Changed.Contains(row.Sku))
                    _changed++;
                else
                    _unchanged++;
            }
            _batch.Clear();
        }

        private void Reject(CatalogRow row, string reason) => rejects.Add(row.Line, reason, row.Sku, row.Title);
    }

    private async Task<ImportReport> Note(string path, ImportReport report, CancellationToken cancel)
    {
        if (report.Added + report.Changed > 0)
            await writer.NoteImport(
                Path.GetFileName(path),
                new(report.Format, report.Rows, report.Added, report.Changed, report.Rejected.Values.Sum()), cancel);
        return report;
    }

    private Task<long> CategoryId(string path, CancellationToken cancel) => writer.EnsureCategory(path, cancel);

    private async Task<(IReadOnlySet<string> Added, IReadOnlySet<string> Changed, IReadOnlySet<string> Lost, IReadOnlySet<string> Refused)>
        Write(List<CatalogRow> rows, Dictionary<string, long> categories, long defaultStock, CancellationToken cancel)
    {
        var written = await writer.Write(rows, categories, defaultStock, cancel);
        var pending = await writer.ListPendingStock([.. rows.Select(row => row.Sku)], cancel);
        var refused = pending.Count > 0 ? await pools.Tell(pending, cancel) : [];
        return (written.Added, written.Changed, written.Lost, refused.ToHashSet());
    }
}
