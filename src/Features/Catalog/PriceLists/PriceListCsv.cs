using System.Globalization;
using System.Runtime.CompilerServices;
using Doorbuster.Catalog.Administration;
using Doorbuster.Catalog.Import;
using Doorbuster.Contracts.Accounts;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.Catalog.PriceLists;

internal sealed record PriceListReport(int ListsAdded, int ListsChanged, int PricesSet, int PricesRemoved);

/// <summary>Price lists with their prices as a file, a row a price: all of it is good and is written, or nothing is. What is not in
/// the file stays.</summary>
internal sealed class PriceListCsv(
    [FromKeyedServices(CatalogFeature.SchemaName)] NpgsqlDataSource db, PriceListStore store, ICustomerGroups groups,
    ChangeLog log)
{
    /// <summary>Without a SKU the row is of the list alone; a SKU without a price is taken out of the list.</summary>
    public static readonly string[] Header =
        ["code", "name", "currency", "group", "priority", "from", "until", "active", "sku", "price"];

    private const int PageMax = 5_000;
    private const int RowsMax = 200_000;

    public async IAsyncEnumerable<string[]> Rows([EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var list in await store.List(null, "", PriceList.ListsMax, cancel))
        {
            string[] fields =
            [
                list.Code, list.Name, list.Currency, list.Group, list.Priority.ToString(CultureInfo.InvariantCulture),
                CatalogCsv.FormatTime(list.StartsAt), CatalogCsv.FormatTime(list.EndsAt), list.IsActive ? "yes" : "no",
            ];
            yield return [.. fields, "", ""];
            var after = 0L;
            while (await store.ListPrices(list.Id, after, PageMax, cancel) is { Count: > 0 } prices)
            {
                foreach (var price in prices)
                    yield return [.. fields, price.Sku, Currencies.Plain(price.PriceMinor, list.Currency)];
                after = prices[^1].Variant;
            }
        }
    }

    /// <exception cref="FormatException">Says what is wrong with which line.</exception>
    public async Task<PriceListReport> Import(TextReader text, CancellationToken cancel)
    {
        var files = new SortedDictionary<string, PriceListFile>(StringComparer.Ordinal);
        await foreach (var (line, read) in CsvImport.Rows(text, Header, ["code"], [], RowsMax, cancel))
        {
            var fields = read.ToDictionary(field => field.Key, field => CsvExport.Typed(field.Value));
            var code = fields["code"];
            if (!PriceList.IsCode(code))
                throw new FormatException($"line {line}: '{code}' is no code of a price list.");
            if (!files.TryGetValue(code, out var file))
                files.Add(code, file = PriceListFile.Begin(line, fields));
            else if (!file.Agrees(fields))
                throw new FormatException($"line {line}: '{code}' is another list above.");
            file.AddPrice(line, fields);
        }
        return await Write(files, cancel);
    }

    private async Task<PriceListReport> Write(SortedDictionary<string, PriceListFile> files, CancellationToken cancel)
    {
        var known = new HashSet<string>();
        foreach (var group in files.Values.Select(file => file.Group).Where(group => group.Length > 0).Distinct())
            if (await groups.Exists(group, cancel))
                known.Add(group);

        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await transaction.Execute("lock table catalog.price_lists in share row exclusive mode", cancel);
        var currencies = (await transaction.Query(
            "select sku, currency from catalog.variants where sku = any($1)", row => (row.GetString(0), row.GetString(1)), cancel,
            new NpgsqlParameter { Value = files.Values.SelectMany(file => file.Prices.Keys).Distinct().ToArray() }))
            .ToDictionary(variant => variant.Item1, variant => variant.Item2);

        var (added, changed, set, removed) = (0, 0, 0, 0);
        foreach (var (code, file) in files)
        {
            var before = await PriceListStore.Lock(transaction, code, cancel);
            var after = file.Apply(before);
            if (after.Group != before?.Group && !known.Contains(after.Group))
                throw new FormatException($"line {file.Line}: there is no group of customers '{after.Group}'.");
            var prices = file.PricesIn(after.Currency, currencies);
            if (before is null)
            {
                if (await PriceListStore.Count(transaction, cancel) >= PriceList.ListsMax)
                    throw new FormatException($"the shop would have more than {PriceList.ListsMax} price lists.");
                after = (await store.Add(transaction, after, cancel))!;
                added++;
            }
            var pricesSet = await PriceListStore.SetPrices(transaction, after, prices, cancel);
            var pricesRemoved = await PriceListStore.RemovePrices(
                transaction, after.Id, [.. file.Prices.Where(price => price.Value.Text.Length == 0).Select(price => price.Key)], cancel);
            if (await PriceListStore.CountPrices(transaction, after.Id, cancel) > PriceList.PricesMax)
                throw new FormatException($"'{code}' would have more than {PriceList.PricesMax:N0} prices.");
            if (before is not null && (after != before || pricesSet + pricesRemoved > 0))
                after = await store.Write(transaction, after, cancel);
            if (await log.Note(
                transaction, null, ChangeLog.OfPriceList, code, before is null ? null : PriceListViews.Of(before),
                PriceListViews.Of(after), CatalogJson.Default.PriceListView, cancel) && before is not null)
                changed++;
            if (pricesSet + pricesRemoved > 0)
                await log.Note(
                    transaction, null, ChangeLog.OfImport, $"price list {code}", null,
                    new PriceListViews.Imported(code, pricesSet, pricesRemoved), CatalogJson.Default.ImportedPriceList, cancel);
            (set, removed) = (set + pricesSet, removed + pricesRemoved);
        }
        if (added + changed + set + removed > 0)
            await transaction.CommitAsync(cancel);
        return new(added, changed, set, removed);
    }
}
