using System.CommandLine;
using System.Globalization;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.Platform.Audit;

/// <summary><c>doorbuster audit …</c>: who did what, and whether the record of it is whole.</summary>
public static class AuditCommand
{
    private const int ListDefault = 40;
    private const int ListMax = 1_000;

    public static Command Make(CommandHost host) =>
        new("audit", "The record of everything that those who run the shop did.") { List(host), Verify(host), Export(host) };

    private static Command List(CommandHost host)
    {
        var filter = new Filter();
        var limit = new Option<int>("--limit")
        {
            Description = $"At most so many, up to {ListMax:N0}.",
            DefaultValueFactory = _ => ListDefault,
        };
        var command = new Command("list", "List what was done, the last first.") { limit };
        filter.AddTo(command);
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, cancel) =>
        {
            if (arguments.GetValue(limit) is < 1 or > ListMax)
                return output.Fail(ExitCode.Usage, $"--limit must be 1 to {ListMax}.");
            var count = arguments.GetValue(limit);
            var (shown, page) = PageInfo.Cut(
                await services.GetRequiredService<AuditStore>().List(filter.Read(arguments), long.MaxValue, count + 1, cancel),
                count, entry => PublicId.Format("aud", entry.Seq));
            output.Write(new AuditViews.Page([.. shown.Select(AuditViews.Of)], page), AuditJson.Default.Page,
                shown.Count == 0 ? ["Nothing is on record."] : shown.Select(Line));
            return ExitCode.Ok;
        }, cancel));
        return command;
    }

    private static Command Verify(CommandHost host)
    {
        var anchor = new Option<string?>("--anchor")
        {
            Description = "What an earlier verify printed: finds also a log that was rewritten with all its hashes, or cut.",
        };
        var command = new Command(
            "verify", "Follow the chain of hashes. Ends with 1 and names the first broken row if there is one.") { anchor };
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, cancel) =>
        {
            var text = arguments.GetValue(anchor);
            if (text is not null && AuditAnchor.Parse(text) is null)
                return output.Fail(ExitCode.Usage, $"'{text}' is no anchor; it looks like 12:0f3a… with 64 digits.");
            var verdict = await services.GetRequiredService<AuditStore>()
                .Verify(text is null ? null : AuditAnchor.Parse(text), cancel);
            output.Write(AuditViews.Of(verdict), AuditJson.Default.Verdict,
                string.Create(CultureInfo.InvariantCulture, $"rows    {verdict.Rows:N0}"), $"anchor  {verdict.End}");
            if (verdict.Broken is { } broken)
                return output.Fail(ExitCode.Failure, $"Broken: {broken.What}. What follows it proves nothing.");
            output.Note("Whole: every row is as it was sealed. Keep the anchor outside of this machine.");
            return ExitCode.Ok;
        }, cancel));
        return command;
    }

    private static Command Export(CommandHost host)
    {
        var filter = new Filter();
        var file = CsvExport.File();
        var command = new Command("export", "Write the record as CSV, the last first.") { file };
        filter.AddTo(command);
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, cancel) =>
        {
            var rows = services.GetRequiredService<AuditStore>().All(filter.Read(arguments), cancel).Select(AuditViews.Row);
            var (count, path) = await CsvExport.Write(arguments.GetValue(file)!, AuditViews.Header, rows, cancel);
            output.Note(string.Create(CultureInfo.InvariantCulture, $"Wrote {count:N0} rows{(path is null ? "" : $" to {path}")}."));
            return ExitCode.Ok;
        }, cancel));
        return command;
    }

    private static string Line(AuditEntry entry) => string.Create(CultureInfo.InvariantCulture,
        $"{entry.Seq,6}  {entry.At.UtcDateTime:u}  {entry.Actor,-20}  {entry.Action,-20}  {entry.Subject}  {entry.After}");

    private sealed class Filter
    {
        private readonly Option<string?> _actor = new("--actor") { Description = "usr_… or local:name@machine." };
        private readonly Option<string?> _action = new("--action") { Description = "Such as sale.create, or sale for all of sales." };
        private readonly Option<string?> _subject = new("--subject") { Description = "The id of what it was done on." };
        private readonly Option<DateTimeOffset?> _from = new("--from") { Description = "The first instant that counts." };
        private readonly Option<DateTimeOffset?> _until = new("--until") { Description = "The first that no longer counts." };

        public void AddTo(Command command)
        {
            foreach (var option in (Option[])[_actor, _action, _subject, _from, _until])
                command.Options.Add(option);
        }

        public AuditFilter Read(ParseResult arguments) => new(
            arguments.GetValue(_actor), arguments.GetValue(_action), arguments.GetValue(_subject),
            arguments.GetValue(_from)?.ToUniversalTime(), arguments.GetValue(_until)?.ToUniversalTime());
    }
}
