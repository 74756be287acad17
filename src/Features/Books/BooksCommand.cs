using System.CommandLine;
using Doorbuster.Platform.Commands;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.Books;

/// <summary><c>doorbuster books …</c></summary>
internal static class BooksCommand
{
    public static Command Make(CommandHost host) =>
        new("books", "Wallets, points and what the house owes: double-entry.") { Audit(host), Export(host) };

    private static Command Audit(CommandHost host)
    {
        var command = new Command(
            "audit", "Add everything up: entries sum to zero, balances are the sum of their postings. Ends with 1 if not.");
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, token) =>
        {
            var found = await services.GetRequiredService<BookAudit>().Run(token);
            output.Write(found, BooksJson.Default.BookFindings,
                $"{found.Entries:N0} entries, {found.Postings:N0} postings, {found.Accounts:N0} accounts",
                $"  entries that do not sum to zero   {found.UnevenEntries,8:N0}",
                $"  units that do not sum to zero     {found.UnevenUnits,8:N0}",
                $"  balances that are wrong           {found.WrongBalances,8:N0}",
                $"  accounts below zero               {found.BelowZero,8:N0}",
                $"  postings without an entry         {found.Orphans,8:N0}",
                found.IsClean ? "Right to the last unit." : "WRONG: the books do not add up.");
            return found.IsClean ? ExitCode.Ok : ExitCode.Failure;
        }, cancel));
        return command;
    }

    private static Command Export(CommandHost host)
    {
        var file = CsvExport.File();
        var account = new Option<string?>("--account") { Description = "Only this account, e.g. house:provider." };
        var command = new Command("export", "Export all postings, oldest first.") { file, account };
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, token) =>
        {
            var export = services.GetRequiredService<BookExport>();
            var (count, path) = await CsvExport.Write(
                arguments.GetValue(file)!, stream => export.To(stream, arguments.GetValue(account), token));
            if (path is not null)
                output.Write(
                    new ExportReport(count, path), BooksJson.Default.ExportReport,
                    $"{count:N0} postings written to {path}");
            return ExitCode.Ok;
        }, cancel));
        return command;
    }
}
