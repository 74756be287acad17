using CsvHelper;

namespace Doorbuster.Catalog.Import;

/// <summary>Writes the catalog in our own format; importing that changes nothing.</summary>
internal sealed class CatalogExport(CatalogStore store)
{
    private static readonly CsvWriterOptions Options = new() { NewLine = "\n" };

    /// <summary>How many variants were written.</summary>
    public async Task<int> To(Stream output, CancellationToken cancel)
    {
        var options = await store.ListOptionNames(cancel);
        await using var csv = CsvWriter.Create(output, Options, leaveOpen: true);
        await Write(csv, CatalogCsv.Header(options), cancel);

        var count = 0;
        await foreach (var row in store.ReadAll(cancel))
        {
            await Write(csv, CatalogCsv.Format(row, options), cancel);
            count++;
        }
        return count;
    }

    private static Task Write(CsvWriter csv, IEnumerable<string> fields, CancellationToken cancel)
    {
        foreach (var field in fields)
            csv.WriteField(field);
        return csv.EndRecordAsync(cancel).AsTask();
    }
}
