using System.CommandLine;
using Doorbuster.Platform.Commands;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.Accounts;

/// <summary><c>doorbuster group …</c></summary>
internal static class GroupCommand
{
    public static Command Make(CommandHost host) => new("group", "Groups of customers.") { Export(host), Import(host) };

    private static Command Export(CommandHost host) => CsvExport.Command(
        host, "Export the groups of customers and who is in them.", "lines", GroupCsv.Header,
        (services, cancel) => services.GetRequiredService<GroupCsv>().Rows(cancel));

    private static Command Import(CommandHost host) => CsvImport.Command(
        host, "Import groups of customers and who is in them; who is not in the file stays. Nothing is written when a line is wrong.",
        async (services, output, path, cancel) =>
        {
            var report = await CsvImport.Read(path, text => services.GetRequiredService<GroupCsv>().Import(text, cancel));
            output.Write(
                report, AccountsJson.Default.GroupReport,
                $"{report.GroupsAdded} groups added, {report.GroupsRenamed} renamed; {report.PutIn:N0} people put in, "
                + $"{report.TakenOut:N0} taken out");
            return ExitCode.Ok;
        });
}
