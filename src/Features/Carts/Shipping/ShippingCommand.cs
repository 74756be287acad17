using System.CommandLine;
using System.Text;
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
            var name = arguments.GetValue(file)!;
            var rates = services.GetRequiredService<ShippingCsv>();
            var (count, _) = await CsvExport.Write(name, ShippingCsv.Header, rates.Rows(token), token);
            output.Note($"{count:N0} rates written to {name}");
            return ExitCode.Ok;
        }, cancel));
        return command;
    }

    private static Command Import(CommandHost host)
    {
        var file = new Argument<string>("FILE") { Description = "A CSV file as export writes it." };
        var command = new Command(
            "import", "Import shipping rates; those that are not in the file stay. Nothing is written when a line is wrong.")
        { file };
        command.SetAction((arguments, cancel) =>
        {
            var path = Path.GetFullPath(arguments.GetValue(file)!);
            if (!File.Exists(path))
                return Task.FromResult(
                    new Output(arguments.GetValue(host.Json)).Fail(ExitCode.NotFound, $"There is no file {path}."));
            return host.Run(arguments, async (services, output, token) =>
            {
                try
                {
                    using var text = new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
                    var (count, wrong) = await services.GetRequiredService<ShippingCsv>().Import(text, token);
                    if (wrong is not null)
                        return output.Fail(ExitCode.Usage, wrong);
                    output.Note($"{count:N0} rates read from {path}");
                    return ExitCode.Ok;
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    return output.Fail(ExitCode.Failure, $"Cannot read {path}: {error.Message}");
                }
            }, cancel);
        });
        return command;
    }
}
