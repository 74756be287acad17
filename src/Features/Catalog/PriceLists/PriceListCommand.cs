using System.CommandLine;
using Doorbuster.Platform.Commands;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.Catalog.PriceLists;

/// <summary><c>doorbuster price-list …</c></summary>
internal static class PriceListCommand
{
    public static Command Make(CommandHost host) =>
        new("price-list", "What groups of customers pay.") { Export(host), Import(host) };

    private static Command Export(CommandHost host)
    {
        var file = CsvExport.File();
        var command = new Command("export", "Export the price lists with their prices.") { file };
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, token) =>
        {
            var (count, path) = await CsvExport.Write(
                arguments.GetValue(file)!, PriceListCsv.Header, services.GetRequiredService<PriceListCsv>().Rows(token), token);
            if (path is not null)
                output.Note($"{count:N0} lines written to {path}");
            return ExitCode.Ok;
        }, cancel));
        return command;
    }

    private static Command Import(CommandHost host)
    {
        var file = CsvImport.File();
        var command = new Command(
            "import", "Import price lists; what is not in the file stays. Nothing is written when a line is wrong.")
        { file };
        command.SetAction((arguments, cancel) =>
        {
            var path = CsvImport.Find(arguments.GetValue(file)!);
            return host.Run(arguments, async (services, output, token) =>
            {
                var report = await CsvImport.Read(path, text => services.GetRequiredService<PriceListCsv>().Import(text, token));
                output.Write(
                    report, CatalogJson.Default.PriceListReport,
                    $"{report.ListsAdded} lists added, {report.ListsChanged} changed; {report.PricesSet:N0} prices set, "
                    + $"{report.PricesRemoved:N0} taken out");
                return ExitCode.Ok;
            }, cancel);
        });
        return command;
    }
}
