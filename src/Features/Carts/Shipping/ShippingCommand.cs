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

    private static Command Export(CommandHost host) => CsvExport.Command(
        host, "Export the shipping rates.", "rates", ShippingCsv.Header,
        (services, cancel) => services.GetRequiredService<ShippingCsv>().Rows(cancel));

    private static Command Import(CommandHost host) => CsvImport.Command(
        host, "Import shipping rates; those that are not in the file stay. Nothing is written when a line is wrong.",
        async (services, output, path, cancel) =>
        {
            var (count, wrong) = await CsvImport.Read(path, text => services.GetRequiredService<ShippingCsv>().Import(text, cancel));
            if (wrong is not null)
                return output.Fail(ExitCode.Usage, wrong);
            output.Note($"{count:N0} rates read from {path}");
            return ExitCode.Ok;
        });
}
