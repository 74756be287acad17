using System.CommandLine;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Embedded;

namespace Doorbuster.Commands;

/// <summary>Says what runs, so that scripts can attach to it. Exit 6 when nothing does.</summary>
internal static class Status
{
    public static Command Build(CommandHost host)
    {
        var command = new Command(
            "status", "Print what is running in the installation's folder: addresses, process ids, credentials.");
        command.SetAction(arguments =>
        {
            var output = new Output(arguments.GetValue(host.Json));
            var folder = arguments.GetRequiredValue(host.Data).FullName;
            if (Installation.FindRunning(folder) is not { } running)
                return output.Fail(
                    ExitCode.DependencyAway,
                    $"No shop is running in {folder}. Start one with ./run, or name its folder with --data.");

            output.Write(running, HostJson.Default.RunningInstallation,
                $"Shop          {running.BaseUrl}   process {running.ProcessId}, role {running.Role}, since "
                + $"{running.StartedAt:u}",
                $"PostgreSQL    {running.Postgres.Url}   process {running.Postgres.ProcessId}",
                $"Redis (gate)  {running.RedisGate.Url}   process {running.RedisGate.ProcessId}",
                $"Redis (cache) {running.RedisCache.Url}   process {running.RedisCache.ProcessId}",
                $"Folder        {running.DataFolder}");
            return ExitCode.Ok;
        });
        return command;
    }
}
