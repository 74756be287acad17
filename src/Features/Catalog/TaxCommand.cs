using System.CommandLine;
using Doorbuster.Catalog.Import;
using Doorbuster.Platform.Commands;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.Catalog;

/// <summary><c>doorbuster tax …</c></summary>
internal static class TaxCommand
{
    public static Command Make(CommandHost host) => new("tax", "How goods are taxed.") { Export(host), Import(host) };

    private static Command Export(CommandHost host)
    {
        var file = CsvExport.File();
        var command = new Command("export", "Export the tax rules.") { file };
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, token) =>
        {
            var (count, path) = await CsvExport.Write(
                arguments.GetValue(file)!, TaxCsv.Header, services.GetRequiredService<TaxCsv>().Rows(token), token);
            if (path is not null)
                output.Note($"{count:N0} rules written to {path}");
            return ExitCode.Ok;
        }, cancel));
        return command;
    }

    private static Command Import(CommandHost host)
    {
        var file = CsvImport.File();
        var command = new Command(
            "import", "Import tax rules; those that are not in the file stay. Nothing is written when a line is wrong.")
        { file };
        command.SetAction((arguments, cancel) =>
        {
            var path = CsvImport.Find(arguments.GetValue(file)!);
            return host.Run(arguments, async (services, output, token) =>
            {
                var (report, wrong) = await CsvImport.Read(
                    path, text => services.GetRequiredService<TaxCsv>().Import(text, token));
                if (report is null)
                    return output.Fail(ExitCode.Usage, wrong!);
                output.Write(
                    report, CatalogJson.Default.TaxReport,
                    $"{report.Added} added, {report.Changed} changed, {report.Unchanged} unchanged");
                return ExitCode.Ok;
            }, cancel);
        });
        return command;
    }
}
