using System.CommandLine;
using System.Globalization;
using Doorbuster.Orders.Projections;
using Doorbuster.Platform.Commands;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.Orders;

/// <summary><c>doorbuster order …</c></summary>
internal static class OrderCommand
{
    public static Command Make(CommandHost host) => new("order", "Orders.") { Export(host), Rebuild(host) };

    private static Command Rebuild(CommandHost host)
    {
        var command = new Command(
            "rebuild-projections", "Count sales by product, day and customer anew, while orders flow.");
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, token) =>
        {
            var rebuilt = await services.GetRequiredService<RebuildProjections>().Run(token);
            output.Write(rebuilt, OrdersJson.Default.Rebuilt, string.Create(CultureInfo.InvariantCulture,
                $"{rebuilt.Orders:N0} orders counted; {rebuilt.MessagesOnTheirWay:N0} messages will add theirs."));
            return ExitCode.Ok;
        }, cancel));
        return command;
    }

    private static Command Export(CommandHost host)
    {
        var file = new Argument<string>("FILE") { Description = "The file to write, or - for standard output." };
        var command = new Command("export", "Export all orders as CSV, a row per line.") { file };
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, token) =>
        {
            var export = services.GetRequiredService<OrderExport>();
            var name = arguments.GetValue(file)!;
            if (name == "-")
            {
                await using var standard = Console.OpenStandardOutput();
                await export.To(standard, token);
                return ExitCode.Ok;
            }
            var path = Path.GetFullPath(name);
            var partial = path + ".part";    // a file that exists is complete
            try
            {
                long count;
                await using (var writer = File.Create(partial))
                    count = await export.To(writer, token);
                File.Move(partial, path, overwrite: true);
                output.Write(
                    new OrderExportReport(count, path), OrdersJson.Default.OrderExportReport,
                    string.Create(CultureInfo.InvariantCulture, $"{count:N0} orders written to {path}"));
                return ExitCode.Ok;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return output.Fail(ExitCode.Failure, $"Cannot write {path}: {error.Message}");
            }
            finally
            {
                if (File.Exists(partial))
                    File.Delete(partial);
            }
        }, cancel));
        return command;
    }
}
