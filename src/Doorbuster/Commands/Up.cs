using System.CommandLine;
using System.Diagnostics;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Embedded;

namespace Doorbuster.Commands;

/// <summary>Everything in one process, with stores of its own.</summary>
internal static class Up
{
    public static Command Build(CommandHost host)
    {
        var command = new Command(
            "up", "Start the shop, everything in one process, with its own PostgreSQL and Redis.");
        var options = new ServerOptions(command);
        var noDemo = new Option<bool>("--no-demo") { Description = "Start without demonstration data." };
        command.Options.Add(noDemo);
        command.SetAction((arguments, cancel) => Run(
            arguments.GetRequiredValue(host.Data).FullName, options.Role(arguments), options.Listen(arguments),
            demo: !arguments.GetValue(noDemo), cancel));
        return command;
    }

    private static async Task<int> Run(string folder, string role, Listen listen, bool demo, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        using var installation = await Installation.Take(folder, cancel);
        listen.Check();

        Say($"Doorbuster {Program.Version} in {installation.Folder}. Starting PostgreSQL and Redis …");
        using var logs = LoggerFactory.Create(
            log => log.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning));
        await using var stores = await EmbeddedStores.Start(
            installation, new() { ProgramPort = listen.Port }, Say, TimeProvider.System, logs.CreateLogger("stores"),
            cancel);
        Say($"PostgreSQL and Redis are ready after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s.");

        var configuration = new ConfigurationBuilder()
            .AddConfiguration(Addresses.FromOutside()).AddInMemoryCollection(Addresses.Of(stores)).Build();
        await Server.Migrate(configuration, Say, cancel);
        var since = TimeProvider.System.GetUtcNow();
        void Announce() => installation.Announce(Describe(installation, stores, role, listen, since));
        await using var app = Server.Build(Roles.Named(role), listen, configuration, services =>
        {
            if (demo)
                services.AddHostedService(all => new Seeding(all, Say));
            services.AddHostedService(_ => new BeforeListening(() =>
            {
                stores.Restarted += Announce;
                Announce();
            }));
        });
        await Server.Start(app, listen, cancel);
        Welcome.Print(
            app.Services.GetRequiredService<DemoNotes>(), listen, installation, demo,
            Stopwatch.GetElapsedTime(started));

        await Server.RunToTheEnd(app, cancel);
        stores.Restarted -= Announce;
        Say("Stopping PostgreSQL and Redis.");
        return ExitCode.Ok;
    }

    private static RunningInstallation Describe(
        Installation installation, EmbeddedStores stores, string role, Listen listen, DateTimeOffset since) => new()
        {
            BaseUrl = listen.BaseUrl,
            Role = role,
            Version = Program.Version,
            DataFolder = installation.Folder,
            StartedAt = since,
            ProcessId = Environment.ProcessId,
            Postgres = stores.Postgres.Describe(),
            RedisGate = stores.Gate.Describe(),
            RedisCache = stores.Cache.Describe(),
        };

    private static void Say(string line) => Console.Out.WriteLine(line);

    // Whoever finds the shop ready must find its status too.
    private sealed class BeforeListening(Action announce) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            announce();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
