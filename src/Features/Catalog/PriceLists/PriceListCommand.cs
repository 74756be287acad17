using System.CommandLine;
using Doorbuster.Platform.Commands;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.Catalog.PriceLists;

/// <summary><c>doorbuster price-list …</c></summary>
internal static class PriceListCommand
{
    public static Command Make(CommandHost host) =>
        new("price-list", "What groups of customers pay.") { Export(host), Import(host) };

    private static Command Export(CommandHost host) => CsvExport.Command(
        host, "Export the price lists with their prices.", "lines", PriceListCsv.Header,
        (services, cancel) => services.GetRequiredService<PriceListCsv>().Rows(cancel));

    private static Command Import(CommandHost host) => CsvImport.Command(
        host, "Import price lists; what is not in the file stays. Nothing is written when a line is wrong.",
        async (services, output, path, cancel) =>
        {
            var report = await CsvImport.Read(path, text => services.GetRequiredService<PriceListCsv>().Import(text, cancel));
            output.Write(
                report, CatalogJson.Default.PriceListReport,
                $"{report.ListsAdded} lists added, {report.ListsChanged} changed; {report.PricesSet:N0} prices set, "
                + $"{report.PricesRemoved:N0} taken out");
            return ExitCode.Ok;
        });
}
