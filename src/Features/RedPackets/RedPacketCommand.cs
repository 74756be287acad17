using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.RedPackets;

/// <summary><c>doorbuster redpacket …</c></summary>
internal static class RedPacketCommand
{
    private const int ListMax = 100;
    private const int PageMax = 1_000;

    public static Command Make(CommandHost host) => new("redpacket", "Red packets.")
    {
        Create(host), List(host), Close(host), Export(host), Import(host), Grabs(host), Audit(host),
    };

    private static Command Create(CommandHost host)
    {
        var amount = new Option<long>("--amount") { Description = "Minor units, at least one a part.", Required = true };
        var parts = new Option<int>("--parts") { Description = "How many can grab.", Required = true };
        var kind = new Option<string>("--kind")
        {
            Description = "lucky or equal.",
            DefaultValueFactory = _ => "lucky",
        };
        var currency = new Option<string>("--currency") { Description = "ISO 4217.", DefaultValueFactory = _ => "GBP" };
        var title = new Option<string>("--title") { Description = "A greeting.", DefaultValueFactory = _ => "Good luck" };
        var opens = new Option<double>("--opens-in") { Description = "Seconds from now; left out: now." };
        var lasts = new Option<double>("--lasts")
        {
            Description = "Seconds until what is left goes back.",
            DefaultValueFactory = _ => PacketDraft.LifeDefault.TotalSeconds,
        };
        var command = new Command("create", "Send a red packet that the house pays.")
        {
            amount, parts, kind, currency, title, opens, lasts,
        };
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, token) =>
        {
            var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
            var (wait, life) = (arguments.GetValue(opens), arguments.GetValue(lasts));
            if (wait is not (>= 0 and < 1e8) || life is not (> 0 and < 1e8))
                return output.Fail(ExitCode.Usage, "--opens-in and --lasts are seconds.");
            var opensAt = now.AddSeconds(wait);
            var draft = new PacketDraft(
                arguments.GetValue(title)!, arguments.GetValue(amount), arguments.GetValue(currency)!,
                arguments.GetValue(parts), arguments.GetValue(kind)!, opensAt, opensAt.AddSeconds(life));
            switch (await services.GetRequiredService<PacketDesk>().Send(draft, owner: null, requestKey: null, token))
            {
                case Sent.Packet { Value: var packet }:
                    var shown = PacketViews.Show(packet, pool: null, viewer: 0, yours: null, now);
                    output.Write(shown, RedPacketsJson.Default.Packet, Line(shown));
                    return ExitCode.Ok;
                case Sent.Invalid invalid:
                    return output.Fail(ExitCode.Usage, string.Join(
                        '\n', invalid.Errors.Select(error => $"{error.Key} {string.Join(", ", error.Value)}")));
                default:
                    return output.Fail(ExitCode.Conflict, Problems.NotCovered.Title);
            }
        }, cancel));
        return command;
    }

    private static Command List(CommandHost host)
    {
        var command = new Command("list", $"The last {ListMax} red packets, newest first.");
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, token) =>
        {
            var (packets, page) = PageInfo.Cut(
                await services.GetRequiredService<PacketStore>().List(long.MaxValue, ListMax + 1, token), ListMax,
                packet => packet.PublicId);
            var (claims, now) = (services.GetRequiredService<IClaims>(),
                services.GetRequiredService<TimeProvider>().GetUtcNow());
            var shown = await PacketViews.Show(packets, claims, viewer: 0, now, token);
            output.Write(
                new PacketViews.Packets(shown, page), RedPacketsJson.Default.Packets,
                shown.Count == 0 ? ["There are no red packets yet: doorbuster redpacket create"] : shown.Select(Line));
            return ExitCode.Ok;
        }, cancel));
        return command;
    }

    private static Command Export(CommandHost host)
    {
        var file = CsvExport.File();
        var command = new Command("export", "The house's red packets as CSV.") { file };
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, token) =>
            await Written(
                output, arguments.GetValue(file)!, PacketCsv.Header, services.GetRequiredService<PacketCsv>().Rows(token), token),
            cancel));
        return command;
    }

    private static Command Import(CommandHost host) => CsvImport.Command(
        host, "Send red packets that the house pays, one a row. The same file again sends nothing.",
        async (services, output, path, cancel) =>
        {
            var report = await CsvImport.Read(path, text => services.GetRequiredService<PacketCsv>().Import(text, cancel));
            output.Write(report, RedPacketsJson.Default.ImportReport,
                [$"{report.Added} added, {report.Unchanged} unchanged",
                    .. report.Rejected.Select(row => $"  line {row.Line}: {row.Why}")]);
            return report.Rejected.Count == 0 ? ExitCode.Ok : ExitCode.Conflict;
        });

    private static Command Grabs(CommandHost host)
    {
        var (id, file) = (Id(), CsvExport.File());
        var command = new Command("grabs", "Who got what of a red packet, as CSV.") { id, file };
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, token) =>
        {
            var store = services.GetRequiredService<PacketStore>();
            return PublicId.TryParse(RedPacket.PublicPrefix, arguments.GetValue(id), out var number)
                && await store.Find(number, token) is { } packet
                    ? await Written(
                        output, arguments.GetValue(file)!, ["ordinal", "person", "amount", "currency", "grabbed_at"],
                        GrabRows(store, packet, token), token)
                    : NotFound(output, arguments.GetValue(id)!);
        }, cancel));
        return command;
    }

    private static Command Close(CommandHost host)
    {
        var id = Id();
        var command = new Command("close", "End a red packet before its time; what is left goes back.") { id };
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, token) =>
        {
            if (!PublicId.TryParse(RedPacket.PublicPrefix, arguments.GetValue(id), out var number))
                return NotFound(output, arguments.GetValue(id)!);
            switch (await services.GetRequiredService<PacketDesk>().CloseEarly(number, by: null, token))
            {
                case Closed.Packet { Value: var packet }:
                    var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
                    var shown = PacketViews.Show(packet, pool: null, viewer: 0, yours: null, now);
                    output.Write(shown, RedPacketsJson.Default.Packet, Line(shown));
                    return ExitCode.Ok;
                case Closed.NotYet:
                    return output.Fail(ExitCode.Conflict, Problems.NotYet.Title + " Try again in a moment.");
                case Closed.Over:
                    return output.Fail(ExitCode.Conflict, Problems.Ended.Title);
                default:
                    return NotFound(output, arguments.GetValue(id)!);
            }
        }, cancel));
        return command;
    }

    private static Command Audit(CommandHost host)
    {
        var id = Id();
        var command = new Command("audit", "Count every unit of a packet's money: amount = credited + left + refunded.") { id };
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, token) =>
        {
            if (!PublicId.TryParse(RedPacket.PublicPrefix, arguments.GetValue(id), out var number)
                || await services.GetRequiredService<PacketAudit>().Of(number, token) is not { } audit)
                return NotFound(output, arguments.GetValue(id)!);
            output.Write(audit, RedPacketsJson.Default.Audit,
                $"amount            {audit.Amount:N0} {audit.Currency} in {audit.Parts:N0} parts, {audit.Phase}",
                $"granted           {audit.Granted:N0} in {audit.GrantedParts:N0} parts",
                $"credited          {audit.Credited:N0}",
                $"written           {audit.Written:N0} in {audit.WrittenParts:N0} parts, to {audit.WrittenPeople:N0} people",
                $"left              {audit.Left:N0}",
                $"refunded          {audit.Refunded:N0}",
                $"people over limit {audit.PeopleOverLimit:N0}");
            if (!audit.IsClean)
                return output.Fail(
                    ExitCode.Failure, "Not clean. A drift repairs itself within ten seconds; all else is a defect.");
            output.Note(audit.Settled ? "Clean: every unit is accounted for." : "Clean so far: grabs are being credited.");
            return ExitCode.Ok;
        }, cancel));
        return command;
    }

    private static Argument<string> Id() => new("ID") { Description = "The red packet, as in rpk_…" };

    private static int NotFound(Output output, string id) =>
        output.Fail(ExitCode.NotFound, $"There is no red packet {id}. 'doorbuster redpacket list' shows them.");

    private static string Line(PacketViews.Packet packet) =>
        $"{packet.Id}  {packet.Phase,-11}  {packet.Amount.Amount,14:N0} {packet.Amount.Currency}"
        + $"  {packet.Left ?? packet.Parts,9:N0} of {packet.Parts:N0} parts  {packet.Title}";

    private static async Task<int> Written(
        Output output, string file, string[] header, IAsyncEnumerable<string[]> rows, CancellationToken cancel)
    {
        var (count, path) = await CsvExport.Write(file, header, rows, cancel);
        if (path is not null)
            output.Write(
                new PacketViews.WrittenFile(count, path), RedPacketsJson.Default.WrittenFile,
                $"{count:N0} rows written to {path}");
        return ExitCode.Ok;
    }

    private static async IAsyncEnumerable<string[]> GrabRows(
        PacketStore store, RedPacket packet, [EnumeratorCancellation] CancellationToken cancel)
    {
        var after = 0L;
        while (await store.ListGrabs(packet.Id, after, PageMax, cancel) is { Count: > 0 } grabs)
        {
            foreach (var grab in grabs)
                yield return
                [
                    grab.Ordinal.ToString(CultureInfo.InvariantCulture), PublicId.Format("usr", grab.Person),
                    grab.AmountMinor.ToString(CultureInfo.InvariantCulture), packet.Amount.Currency,
                    grab.At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
                ];
            after = grabs[^1].Ordinal;
        }
    }
}
