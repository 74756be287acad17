using System.CommandLine;
using Doorbuster.Platform.Commands;

namespace Doorbuster.Commands;

/// <summary>One role, on stores that the configuration names.</summary>
internal static class Serve
{
    public static Command Build()
    {
        var command = new Command("serve", "Start one process of a role, on the stores in the configuration.");
        var options = new ServerOptions(command);
        var config = new Option<FileInfo>("--config")
        { Description = "A JSON file with the configuration; DOORBUSTER__ variables win." }.AcceptExistingOnly();
        var noMigrate = new Option<bool>("--no-migrate") { Description = "Leave the database's schema as it is." };
        command.Options.Add(config);
        command.Options.Add(noMigrate);
        command.SetAction((arguments, cancel) => Run(
            options.Role(arguments), options.Listen(arguments), arguments.GetValue(config),
            !arguments.GetValue(noMigrate), cancel));
        return command;
    }

    private static async Task<int> Run(
        string role, Listen listen, FileInfo? config, bool migrate, CancellationToken cancel)
    {
        var configuration = Addresses.FromOutside(config);
        foreach (var key in (string[])["Postgres:ConnectionString", "Redis:Gate", "Redis:Cache"])
        {
            if (string.IsNullOrEmpty(configuration[key]))
                throw new CommandFailedException(ExitCode.Usage,
                    $"{key} is not configured. Set {Addresses.VariableOf(key)} or name it in a file given by --config. "
                    + "To start with private stores use: doorbuster up");
        }
        listen.Check();

        if (migrate)
            await Server.Migrate(configuration, Console.Out.WriteLine, cancel);
        await using var app = Server.Build(Roles.Named(role), listen, configuration);
        await Server.Start(app, listen, cancel);
        Console.Out.WriteLine($"Doorbuster {Program.Version}, role {role}, listens on {listen.Url}");
        await Server.RunToTheEnd(app, cancel);
        return ExitCode.Ok;
    }
}
