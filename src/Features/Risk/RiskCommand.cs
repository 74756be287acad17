using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using CsvHelper;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;
using Doorbuster.Risk.Cases;
using Doorbuster.Risk.Rules;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.Risk;

/// <summary><c>doorbuster risk …</c></summary>
internal static class RiskCommand
{
    private const int PageSize = 1_000;

    private static readonly string[] CaseHeader =
    [
        "order", "person", "state", "total_minor", "currency", "placed_at", "reasons", "found_at", "decided_at",
        "decided_by", "note",
    ];

    private static readonly string[] RuleHeader =
        ["name", "kind", "outcome", "threshold", "window_seconds", "currency", "enabled"];

    internal sealed record Written(int Rows, string File);

    internal sealed record Imported(int Added, int Changed, int Unchanged);

    public static Command Make(CommandHost host) => new("risk", "What is odd about orders.")
    {
        Export(host, "export", "Write every order in which a rule found something.", CaseHeader, Cases),
        new Command("rules", "What orders are looked at for.")
        {
            Export(host, "export", "Write the rules.", RuleHeader, Rules),
            Import(host),
        },
    };

    private static Command Export(
        CommandHost host, string name, string what, string[] header,
        Func<IServiceProvider, CancellationToken, IAsyncEnumerable<string[]>> rows)
    {
        var file = CsvExport.File();
        var command = new Command(name, what) { file };
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, token) =>
        {
            var target = arguments.GetValue(file)!;
            var (count, path) = await CsvExport.Write(target, header, rows(services, token), token);
            if (path is not null)
                output.Write(new Written(count, target), RiskJson.Default.Written,
                    string.Create(CultureInfo.InvariantCulture, $"{count:N0} rows written to {target}"));
            return ExitCode.Ok;
        }, cancel));
        return command;
    }

    private static Command Import(CommandHost host) => CsvImport.Command(
        host, "Add and change rules by their names, all or none. The same file again changes nothing.",
        async (services, output, path, cancel) =>
        {
            var done = await ImportRules(services, await CsvImport.Read(path, text => Read(text, cancel)), cancel);
            output.Write(done, RiskJson.Default.Imported,
                $"{done.Added} added, {done.Changed} changed, {done.Unchanged} unchanged");
            return ExitCode.Ok;
        },
        "A CSV file as rules export writes it.");

    private static async Task<List<RuleDraft>> Read(TextReader text, CancellationToken cancel)
    {
        using var csv = CsvImport.Reader(text);
        await csv.ReadHeaderAsync(cancel);
        if (!csv.Headers.ToArray().SequenceEqual(RuleHeader, StringComparer.Ordinal))
            throw Bad(1, $"the columns must be {string.Join(',', RuleHeader)}");
        var drafts = new List<RuleDraft>();
        while (await csv.ReadAsync(cancel))
        {
            if (drafts.Count == Rule.CountMax)
                throw Bad(csv.LineNumber, $"there are more than {Rule.CountMax} rules");
            drafts.Add(Draft(csv));
        }
        if (drafts.Select(draft => draft.Name!.Trim()).Distinct(StringComparer.Ordinal).Count() != drafts.Count)
            throw new CommandFailedException(ExitCode.Usage, "Two rules of the file have the same name.");
        return drafts;
    }

    private static RuleDraft Draft(CsvReader csv)
    {
        if (csv.FieldCount != RuleHeader.Length)
            throw Bad(csv.LineNumber, $"a rule has {RuleHeader.Length} fields");
        var window = csv.GetString(4);
        long? seconds = null;
        if (window.Length > 0)
            seconds = long.TryParse(window, NumberStyles.None, CultureInfo.InvariantCulture, out var given)
                ? given : throw Bad(csv.LineNumber, "window_seconds must be a number");
        if (!long.TryParse(csv.GetString(3), NumberStyles.None, CultureInfo.InvariantCulture, out var threshold))
            throw Bad(csv.LineNumber, "threshold must be a number");
        if (csv.GetString(6) is not ("true" or "false"))
            throw Bad(csv.LineNumber, "enabled must be true or false");
        var draft = new RuleDraft(
            CsvExport.Typed(csv.GetString(0)), csv.GetString(1), csv.GetString(2), threshold, seconds,
            csv.GetString(5) is { Length: > 0 } currency ? currency : null, csv.GetString(6) == "true");
        return draft.Check() is { Count: > 0 } wrong
            ? throw Bad(csv.LineNumber, string.Join("; ", wrong.Select(one => $"{one.Key} {one.Value[0]}")))
            : draft;
    }

    private static CommandFailedException Bad(long line, string why) =>
        new(ExitCode.Usage, $"Line {line}: {why}. Nothing was imported.");

    private static async Task<Imported> ImportRules(
        IServiceProvider services, List<RuleDraft> drafts, CancellationToken cancel)
    {
        var (store, ids) = (services.GetRequiredService<RuleStore>(), services.GetRequiredService<Ids>());
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var known = (await store.List(cancel)).ToDictionary(rule => rule.Name, StringComparer.Ordinal);
        var (added, changed, unchanged) = (0, 0, 0);
        await using var connection = await services.GetRequiredService<CaseStore>().Connect(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        foreach (var draft in drafts)
        {
            if (known.GetValueOrDefault(draft.Name!.Trim()) is not { } old)
            {
                if (await RuleStore.Add(transaction, draft.Make(ids.Next(), 1, now, "import"), cancel) != Added.Done)
                    throw new CommandFailedException(
                        ExitCode.Conflict, $"There would be more than {Rule.CountMax} rules. Nothing was imported.");
                added++;
                continue;
            }
            var rule = draft.Make(old.Id, old.Version + 1, now, "import");
            if (rule with { Version = old.Version, ChangedAt = old.ChangedAt, ChangedBy = old.ChangedBy } == old)
                unchanged++;
            else if (await RuleStore.Change(transaction, rule, old.Version, cancel) != ChangedRule.Done)
                throw new CommandFailedException(
                    ExitCode.Conflict, $"'{rule.Name}' was changed meanwhile. Nothing was imported; try again.");
            else
                changed++;
        }
        await transaction.CommitAsync(cancel);
        return new(added, changed, unchanged);
    }

    private static async IAsyncEnumerable<string[]> Rules(
        IServiceProvider services, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var rule in await services.GetRequiredService<RuleStore>().List(cancel))
            yield return
            [
                rule.Name, Rule.NameOf(rule.Kind), Rule.NameOf(rule.Outcome), Number(rule.Threshold),
                rule.Window is { } window ? Number((long)window.TotalSeconds) : "", rule.Currency ?? "",
                rule.IsEnabled ? "true" : "false",
            ];
    }

    private static async IAsyncEnumerable<string[]> Cases(
        IServiceProvider services, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (store, before) = (services.GetRequiredService<CaseStore>(), long.MaxValue);
        while (await store.List(state: null, before, PageSize, cancel) is { Count: > 0 } page)
        {
            foreach (var found in page)
                yield return
                [
                    PublicId.Format("ord", found.Order),
                    found.Person is { } person ? PublicId.Format("usr", person) : "", Case.NameOf(found.State),
                    Number(found.TotalMinor), found.Currency, Time(found.PlacedAt),
                    string.Join("; ", found.Reasons.Select(reason => $"{reason.Name} ({Number(reason.Value)})")),
                    Time(found.FoundAt), Time(found.DecidedAt), found.DecidedBy ?? "", found.Note ?? "",
                ];
            before = page[^1].Order;
        }
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset? at) =>
        at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";
}
