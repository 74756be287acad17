using System.CommandLine;
using Doorbuster.Platform.Commands;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.Accounts;

/// <summary><c>doorbuster group …</c></summary>
internal static class GroupCommand
{
    public static Command Make(CommandHost host) => new("group", "Groups of customers.") { Export(host), Import(host) };

    private static Command Export(CommandHost host)
    {
        var file = CsvExport.File();
        var command = new Command("export", "Export the groups of customers and who is in them.") { file };
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, token) =>
        {
            var (count, path) = await CsvExport.Write(
                arguments.GetValue(file)!, GroupCsv.Header, services.GetRequiredService<GroupCsv>().Rows(token), token);
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
            "import", "Import groups of customers and who is in them; who is not in the file stays. Nothing is written when a line is wrong.")
        { file };
        command.SetAction((arguments, cancel) =>
        {
            var path = CsvImport.Find(arguments.GetValue(file)!);
            return host.Run(arguments, async (services, output, token) =>
            {
                var report = await CsvImport.Read(path, text => services.GetRequiredService<GroupCsv>().Import(text, token));
                output.Write(
                    report, AccountsJson.Default.GroupReport,
                    $"{report.GroupsAdded} groups added, {report.GroupsRenamed} renamed; {report.PutIn:N0} people put in, "
                    + $"{report.TakenOut:N0} taken out");
                return ExitCode.Ok;
            }, cancel);
        });
        return command;
    }
}
