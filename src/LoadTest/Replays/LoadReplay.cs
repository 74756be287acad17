using System.CommandLine;
using System.Text;
using Doorbuster.Platform.Commands;

namespace Doorbuster.LoadTest.Replays;

/// <summary><c>doorbuster load replay</c>: a shop's real days again, faster.</summary>
internal sealed class LoadReplay
{
    private readonly Argument<FileInfo> _file = new("file") { Description = "Invoices in the columns of 'Online Retail' (UCI)." };
    private readonly Option<double> _speed = LoadOptions.Factor("--speed", "How many times faster than the file; default 1.");
    private readonly Option<TimeSpan> _patience = LoadOptions.Duration("--patience", "How long a key is repeated without a clear answer.", "60s");
    private readonly Option<TimeSpan> _quiet = LoadOptions.Duration("--quiet-within", "How long orders and stock may take to come to rest.", "15s");

    public static Command Build(CommandHost host)
    {
        var (replay, options) = (new LoadReplay(), new LoadOptions(host));
        var command = new Command("replay", "Place the invoices of a file as orders of ordinary stock, at their times, and compare the revenue.")
        {
            replay._file, replay._speed, replay._patience, replay._quiet,
        };
        foreach (var option in options.All)
            command.Options.Add(option);
        command.SetAction((arguments, stop) => replay.Run(host, options, arguments, stop));
        return command;
    }

    private async Task<int> Run(CommandHost host, LoadOptions options, ParseResult arguments, CancellationToken stop)
    {
        var file = arguments.GetRequiredValue(_file);
        var invoices = Read(file);
        var plan = Plan.Of(invoices.All);
        var server = await options.Shop(arguments, stop);
        var tokens = await options.Tokens(arguments, stop);
        if (tokens.Count < plan.PeopleCount)
            throw new CommandFailedException(ExitCode.Usage,
                $"The file has {plan.PeopleCount:N0} buyers, and there are {tokens.Count:N0} tokens. "
                + $"Make more with: doorbuster user tokens --count {plan.PeopleCount} --out FILE");

        var ledger = options.Installation(arguments) is null ? null : new InstallationStock(host, arguments);
        var thresholds = options.Thresholds(
            arguments, ReplayRun.Times, ReplayRun.Counts, ledger is null ? ["lost==0", "wrong==0"] : ["lost==0", "wrong==0", "unclean_pools==0"]);
        var settings = new ReplayOptions
        {
            File = file.Name,
            Speed = arguments.GetValue(_speed),
            Patience = arguments.GetValue(_patience),
            Quiet = arguments.GetValue(_quiet),
            Connections = options.Connections(arguments),
            Timeout = options.Timeout(arguments),
            Seed = options.Seed(arguments),
        };
        await Console.Error.WriteLineAsync(
            $"{invoices.All.Count:N0} invoices, {plan.Orders.Count:N0} orders, {plan.PeopleCount:N0} people, {plan.Length.TotalHours:0.0} hours "
            + $"in {TimeSpan.FromHours(plan.Length.TotalHours / settings.Speed):hh\\:mm\\:ss} · latency measured from the intended send time");
        var run = new ReplayRun(
            invoices, plan, settings, server, tokens, ledger, thresholds, Console.Error, !Console.IsErrorRedirected, TimeProvider.System);
        return await options.Finish(arguments, await run.Run(stop, CancellationToken.None), stop);
    }

    private static Invoices Read(FileInfo file)
    {
        if (!file.Exists)
            throw new CommandFailedException(ExitCode.NotFound, $"There is no {file.FullName}.");
        try
        {
            // The file is Windows-1252 in places; only descriptions have such letters, and they are not read.
            using var text = new StreamReader(file.FullName, Encoding.Latin1);
            return Invoices.Read(text);
        }
        catch (Exception error) when (error is FormatException or CsvHelper.CsvFormatException)
        {
            throw new CommandFailedException(ExitCode.Usage, $"Cannot read {file.Name}: {error.Message}", error);
        }
    }
}
