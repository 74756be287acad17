using System.CommandLine;
using Doorbuster.Catalog.Import;
using Doorbuster.Platform.Commands;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.Catalog;

/// <summary><c>doorbuster tax …</c></summary>
internal static class TaxCommand
{
    public static Command Make(CommandHost host) => new("tax", "How goods are taxed.") { Export(host), Import(host) };

    private static Command Export(CommandHost host) => CsvExport.Command(
        host, "Export the tax rules.", "rules", TaxCsv.Header,
        (services, cancel) => services.GetRequiredService<TaxCsv>().Rows(cancel));

    private static Command Import(CommandHost host) => CsvImport.Command(
        host, "Import tax rules; those that are not in the file stay. Nothing is written when a line is wrong.",
        async (services, output, path, cancel) =>
        {
            var (report, wrong) = await CsvImport.Read(path, text => services.GetRequiredService<TaxCsv>().Import(text, cancel));
            if (report is null)
                return output.Fail(ExitCode.Usage, wrong!);
            output.Write(
                report, CatalogJson.Default.TaxReport,
                $"{report.Added} added, {report.Changed} changed, {report.Unchanged} unchanged");
            return ExitCode.Ok;
        });
}
