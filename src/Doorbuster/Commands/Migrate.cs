using System.CommandLine;
using Doorbuster.Platform.Commands;

namespace Doorbuster.Commands;

internal static class Migrate
{
    public static Command Build(InstallationHost host)
    {
        var command = new Command("migrate", "Bring the database to this version's schema.");
        command.SetAction((arguments, cancel) => host.WithStores(arguments, async (configuration, output) =>
        {
            var applied = new List<string>();
            await Server.Migrate(configuration, line =>
            {
                applied.Add(line);
                output.Note(line);
            }, cancel);
            output.Write(new Migrated(applied), HostJson.Default.Migrated, "The database has this version's schema.");
            return ExitCode.Ok;
        }, cancel));
        return command;
    }

    internal sealed record Migrated(IReadOnlyList<string> Steps);
}
