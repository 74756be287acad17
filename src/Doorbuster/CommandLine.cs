using System.CommandLine;
using System.CommandLine.Parsing;
using Doorbuster.Commands;
using Doorbuster.LoadTest;
using Doorbuster.Platform;
using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Jobs;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;

namespace Doorbuster;

internal static class CommandLine
{
    public static async Task<int> Run(string[] arguments)
    {
        var parsed = Build().Parse(arguments);
        if (parsed.Errors.Count > 0)
            return Refuse(parsed);

        using var signals = new Signals();
        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
                signals.Stop);
        }
        catch (OperationCanceledException) when (signals.Stop.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception error) when (Explain(error) is { } failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return failure.Code;
        }
        catch (Exception error)
        {
            await Console.Error.WriteLineAsync(
                $"This is a bug in Doorbuster {Program.Version}; please report it with what "
                + $"follows.{Environment.NewLine}{error}");
            return ExitCode.Failure;
        }
    }

    internal static RootCommand Build()
    {
        var host = new InstallationHost();
        var root = new RootCommand(
            "Doorbuster: an online shop that stays up, and stays right, when everyone comes at once.");
        root.Options.Add(host.Json);
        root.Options.Add(host.Data);
        Command[] own =
        [
            Up.Build(host), Serve.Build(), Status.Build(host), Doctor.Build(host), Migrate.Build(host),
            AuditCommand.Make(host), QueueCommand.Make(host), JobCommand.Make(host, Features.All),
            LoadCommand.Build(host), OpenApi.Build(),
        ];
        foreach (var command in own.Concat(Features.All.SelectMany(feature => feature.Commands(host))))
            Add(root, command);
        return root;
    }

    // Two features may have verbs of one noun: `sale open` is the sale's, `sale audit` the claims'.
    private static void Add(Command parent, Command command)
    {
        if (parent.Subcommands.FirstOrDefault(known => known.Name == command.Name) is not { } noun)
            parent.Subcommands.Add(command);
        else
            foreach (var verb in command.Subcommands.ToList())
                Add(noun, verb);
    }

    private static int Refuse(ParseResult parsed)
    {
        foreach (var error in parsed.Errors.Select(error => error.Message).Distinct())
            Console.Error.WriteLine(error);
        Console.Error.WriteLine($"Help: doorbuster {Path(parsed.CommandResult)}--help");
        return ExitCode.Usage;
    }

    private static string Path(SymbolResult? result) =>
        result is CommandResult { Parent: not null } command ? $"{Path(command.Parent)}{command.Command.Name} " : "";

    /// <summary>The failure in words for its user; null when it is a bug, which keeps its stack.</summary>
    private static CommandFailedException? Explain(Exception error) => error switch
    {
        CommandFailedException failure => failure,
        MigrationException migration => new(ExitCode.Failure, migration.Message),
        StoreAwayException away => new(ExitCode.DependencyAway,
            $"{away.Message} Try again when it is back; doorbuster doctor tells what is wrong."),
        Npgsql.NpgsqlException { IsAway: true } away => new(ExitCode.DependencyAway,
            $"PostgreSQL is away: {away.Message} Try again when it is back; doorbuster doctor tells what is wrong."),
        AggregateException { InnerException: { } inner } => Explain(inner),
        _ => null,
    };
}
