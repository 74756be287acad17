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
        var file = CsvExport.File();
        var command = new Command("export", "Export all orders as CSV, a row per line.") { file };
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, token) =>
        {
            var export = services.GetRequiredService<OrderExport>();
            var (count, path) = await CsvExport.Write(
                arguments.GetValue(file)!, stream => export.To(stream, token));
            if (path is not null)
                output.Write(
                    new OrderExportReport(count, path), OrdersJson.Default.OrderExportReport,
                    string.Create(CultureInfo.InvariantCulture, $"{count:N0} orders written to {path}"));
            return ExitCode.Ok;
        }, cancel));
        return command;
    }
}
