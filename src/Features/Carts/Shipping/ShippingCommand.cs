using System.CommandLine;
using Doorbuster.Platform.Commands;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.Carts;

/// <summary><c>doorbuster shipping …</c></summary>
internal static class ShippingCommand
{
    public static Command Make(CommandHost host) => new("shipping", "What shipping costs.")
    {
        Export(host),
        Import(host),
    };

    private static Command Export(CommandHost host)
    {
        var file = CsvExport.File();
        var command = new Command("export", "Export the shipping rates.") { file };
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, token) =>
        {
            var (count, path) = await CsvExport.Write(
                arguments.GetValue(file)!, ShippingCsv.Header, services.GetRequiredService<ShippingCsv>().Rows(token), token);
            if (path is not null)
                output.Note($"{count:N0} rates written to {path}");
            return ExitCode.Ok;
        }, cancel));
        return command;
    }

    private static Command Import(CommandHost host)
    {
        var file = CsvImport.File();
        var command = new Command(
            "import", "Import shipping rates; those that are not in the file stay. Nothing is written when a line is wrong.")
        { file };
        command.SetAction((arguments, cancel) =>
        {
            var path = CsvImport.Find(arguments.GetValue(file)!);
            return host.Run(arguments, async (services, output, token) =>
            {
                var (count, wrong) = await CsvImport.Read(
                    path, text => services.GetRequiredService<ShippingCsv>().Import(text, token));
                if (wrong is not null)
                    return output.Fail(ExitCode.Usage, wrong);
                output.Note($"{count:N0} rates read from {path}");
                return ExitCode.Ok;
            }, cancel);
        });
        return command;
    }
}
