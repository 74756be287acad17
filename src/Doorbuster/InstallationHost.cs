using System.CommandLine;
using System.CommandLine.Parsing;
using Doorbuster.Platform;
using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Embedded;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Doorbuster;

/// <summary>
/// Commands work on the stores that the configuration names, else on those of the running installation, else start the
/// installation's stores for as long as the command takes.
/// </summary>
internal sealed class InstallationHost : CommandHost
{
    public override Task<int> Run(
        ParseResult arguments, Func<IServiceProvider, Output, CancellationToken, Task<int>> work,
        CancellationToken cancel) =>
        WithStores(arguments, async (addresses, output) =>
        {
            await using var services = Services(addresses);
            Actor.Begin(Actor.Local(CommandOf(arguments)));
            await using var number = await services.GetRequiredService<NodeLease>().Hold(cancel);
            return await work(services, output, cancel);
        }, cancel);

    public async Task<int> WithStores(
        ParseResult arguments, Func<IConfiguration, Output, Task<int>> work, CancellationToken cancel)
    {
        var output = new Output(arguments.GetValue(Json));
        var folder = arguments.GetRequiredValue(Data).FullName;
        var outside = Addresses.FromOutside();
        if (Addresses.AreIn(outside))
            return await work(outside, output);
        if (Installation.FindRunning(folder) is { } running)
            return await work(With(outside, Addresses.Of(running)), output);
        if (!Installation.ExistsIn(folder))
            throw Addresses.Missing(folder);

        output.Note($"No shop is running in {folder}; starting its stores for this command.");
        using var installation = await Installation.Take(folder, cancel);
        await using var stores = await EmbeddedStores.Start(
            installation, new(), output.Note, TimeProvider.System, NullLogger.Instance, cancel);
        var configuration = With(outside, Addresses.Of(stores));
        await Server.Migrate(configuration, output.Note, cancel);
        return await work(configuration, output);
    }

    // Its verb, not its arguments: there are passwords among them.
    private static string CommandOf(ParseResult arguments)
    {
        var words = new List<string>();
        for (SymbolResult? at = arguments.CommandResult; at is CommandResult { Parent: not null } verb; at = verb.Parent)
            words.Insert(0, verb.Command.Name);
        return string.Join(' ', words.Prepend("doorbuster"));
    }

    private static IConfigurationRoot With(IConfiguration outside, Dictionary<string, string?> addresses) =>
        new ConfigurationBuilder().AddConfiguration(outside).AddInMemoryCollection(addresses).Build();

    private static ServiceProvider Services(IConfiguration configuration)
    {
        var builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ApplicationName = "doorbuster" });
        builder.Configuration.AddConfiguration(configuration);
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        builder.Services.Configure<ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.AddStores();
        foreach (var feature in Features.All)
            feature.AddServices(builder);
        return builder.Services.BuildServiceProvider();
    }
}
