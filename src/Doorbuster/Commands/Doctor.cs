using System.CommandLine;
using Doorbuster.Checks;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Embedded;

namespace Doorbuster.Commands;

/// <summary>Looks for what would keep a shop from starting or let it lose data, and says what to do. Exit 1 when
/// something fails.</summary>
internal static class Doctor
{
    public static Command Build(CommandHost host)
    {
        var command = new Command("doctor", "Check this machine and the stores, and say what to do.");
        var port = new Option<int>("--port")
        { Description = "The port the shop would listen on.", DefaultValueFactory = _ => 8080 };
        command.Options.Add(port);
        command.SetAction(async (arguments, cancel) =>
        {
            var output = new Output(arguments.GetValue(host.Json));
            var findings = await Examine(
                arguments.GetRequiredValue(host.Data).FullName, arguments.GetValue(port), cancel);
            var report = new Report(findings.All(finding => finding.Level != Level.Fail), findings);
            output.Write(report, HostJson.Default.Report, Lines(report));
            return report.Healthy ? ExitCode.Ok : ExitCode.Failure;
        });
        return command;
    }

    private static async Task<List<Finding>> Examine(string folder, int port, CancellationToken cancel)
    {
        var running = Installation.FindRunning(folder);
        var findings = new List<Finding>();
        await foreach (var finding in MachineChecks.Run(folder, port, running))
            findings.Add(finding);

        var outside = Addresses.FromOutside();
        if (!Addresses.AreIn(outside) && running is null)
        {
            findings.Add(
                Finding.Ok("Stores", $"none is running in {folder}; their settings are checked when they run"));
            return findings;
        }
        var addresses = Addresses.AreIn(outside) ? outside
            : new ConfigurationBuilder().AddInMemoryCollection(Addresses.Of(running!)).Build();
        findings.AddRange(
            await PostgresChecks.Run(addresses["Postgres:ConnectionString"]!, TimeProvider.System, cancel));
        findings.AddRange(await RedisChecks.RunGate(addresses["Redis:Gate"], cancel));
        findings.AddRange(await RedisChecks.RunCache(addresses["Redis:Cache"], cancel));
        return findings;
    }

    private static IEnumerable<string> Lines(Report report)
    {
        var width = report.Findings.Max(finding => finding.Subject.Length);
        foreach (var (subject, level, found, toDo) in report.Findings)
        {
            yield return $"{Mark(level)}  {subject.PadRight(width)}  {found}";
            if (toDo is not null)
                yield return $"      {"".PadRight(width)}→ {toDo}";
        }
        yield return report.Healthy ? "Nothing stands in the way."
            : "Put the lines marked FAIL right, then run doorbuster doctor again.";
    }

    private static string Mark(Level level) => level switch { Level.Ok => "ok  ", Level.Warn => "warn", _ => "FAIL" };
}
