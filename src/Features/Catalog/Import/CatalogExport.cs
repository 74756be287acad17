using Doorbuster.Platform.Commands;


namespace Doorbuster.Catalog.Import;

/// <summary>Writes the catalog in our own format; importing that changes nothing.</summary>
internal sealed class CatalogExport(CatalogStore store)
{

    /// <summary>How many variants were written.</summary>
    public async Task<int> To(Stream output, CancellationToken cancel)
    {
        var options = await store.ListOptionNames(cancel);
        await using var csv = CsvExport.Writer(output);
        await csv.WriteRow(CatalogCsv.Header(options), cancel);

        var count = 0;
        await foreach (var row in store.ReadAll(cancel))
        {
            await csv.WriteRow(CatalogCsv.Format(row, options), cancel);
            count++;
        }
        return count;
    }
}
