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
        var file = new Argument<string>("FILE") { Description = "The CSV file to write, or - for standard output." };
        var account = new Option<string?>("--account") { Description = "Only this account, e.g. house:provider." };
        var command = new Command("export", "Export all postings, oldest first.") { file, account };
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, token) =>
        {
            var export = services.GetRequiredService<BookExport>();
            var name = arguments.GetValue(file)!;
            if (name == "-")
            {
                await using var standard = Console.OpenStandardOutput();
                await export.To(standard, arguments.GetValue(account), token);
                return ExitCode.Ok;
            }
            var path = Path.GetFullPath(name);
            var partial = path + ".part";    // a file that exists is complete
            try
            {
                long count;
                await using (var writer = File.Create(partial))
                    count = await export.To(writer, arguments.GetValue(account), token);
                File.Move(partial, path, overwrite: true);
                output.Write(
                    new ExportReport(count, path), BooksJson.Default.ExportReport, $"{count:N0} postings written to {path}");
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
