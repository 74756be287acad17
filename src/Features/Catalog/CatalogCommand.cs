using System.CommandLine;
using Doorbuster.Catalog.Import;
using Doorbuster.Platform.Commands;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.Catalog;

/// <summary><c>doorbuster catalog …</c></summary>
internal static class CatalogCommand
{
    public static Command Make(CommandHost host) => new("catalog", "Products in and out.") { Import(host), Export(host) };

    private static Command Import(CommandHost host)
    {
        var file = CsvImport.File("A CSV file: ours, or Online Retail of the UCI repository.");
        var stock = new Option<long?>("--stock")
        {
            Description = $"Units of what comes without a number; otherwise new SKUs get {CatalogImport.DefaultStock} and others keep theirs.",
        };
        var rejects = new Option<string?>("--rejects") { Description = "Where rejected rows go (default: FILE.rejects.csv in the installation's folder)." };
        var command = new Command("import", "Import products. Importing the same file again changes nothing.") { file, stock, rejects };
        command.SetAction((arguments, cancel) =>
        {
            var path = CsvImport.Find(arguments.GetValue(file)!);
            return host.Run(arguments, async (services, output, token) =>
            {
                var units = arguments.GetValue(stock);
                if (units is < 0 or > CatalogRow.StockMax)
                    return output.Fail(ExitCode.Usage, $"--stock must be 0 to {CatalogRow.StockMax:N0}.");
                try
                {
                    var report = await services.GetRequiredService<CatalogImport>().FromFile(
                        path, arguments.GetValue(rejects) ?? RejectsOf(path, arguments.GetValue(host.Data)!), units, output.Note, token);
                    output.Write(report, CatalogJson.Default.ImportReport, Describe(report));
                    return ExitCode.Ok;
                }
                catch (BadFileException bad)
                {
                    return output.Fail(ExitCode.Usage, bad.Message);
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    return output.Fail(ExitCode.Failure, $"{error.Message} Choose another place for the rejected rows: --rejects PATH.");
                }
            }, cancel);
        });
        return command;
    }

    // Not beside the input: the folder it lies in is somebody else's.
    private static string RejectsOf(string path, DirectoryInfo data) =>
        Path.Combine(data.CreateSubdirectory("imports").FullName, Path.GetFileName(path) + ".rejects.csv");

    private static Command Export(CommandHost host)
    {
        var file = CsvExport.File();
        var command = new Command("export", "Export all products in our own format.") { file };
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, token) =>
        {
            var export = services.GetRequiredService<CatalogExport>();
            var (count, path) = await CsvExport.Write(
                arguments.GetValue(file)!, stream => export.To(stream, token));
            if (path is not null)
                output.Write(
                    new ExportReport(count, path), CatalogJson.Default.ExportReport,
                    $"{count:N0} SKUs written to {path}");
            return ExitCode.Ok;
        }, cancel));
        return command;
    }

    private static IEnumerable<string> Describe(ImportReport report)
    {
        yield return $"{report.Rows:N0} lines, {report.Skus:N0} SKUs: {report.Added:N0} added, {report.Changed:N0} changed, "
            + $"{report.Unchanged:N0} unchanged ({report.Seconds} s)";
        foreach (var (reason, count) in report.Rejected)
            yield return $"  rejected {count,7:N0}  {reason}";
        if (report.RejectsFile is not null)
            yield return $"  rejected rows are in {report.RejectsFile}";
    }
}
