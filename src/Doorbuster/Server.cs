using Doorbuster.Platform;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Jobs;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;
using Doorbuster.Platform.Web;
using Doorbuster.Platform.Web.Pages;
using Microsoft.AspNetCore.Connections;

namespace Doorbuster;

/// <summary>One process that serves a role.</summary>
internal static class Server
{
    public static WebApplication Build(
        Role role, Listen listen, IConfiguration configuration, Action<IServiceCollection>? more = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = "doorbuster",
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environments.Production,
        });
        builder.Configuration.AddConfiguration(configuration);
        builder.WebHost.UseUrls(listen.Url);
        builder.Services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);

        builder.AddStores();
        builder.Services.AddNodeNumber();
        builder.Services.AddSingleton<DemoNotes>();
        builder.Services.AddHostedService<GiveMemoryBack>();
        builder.AddWeb();
        foreach (var feature in Features.All)
        {
            feature.AddServices(builder);
            if (role.WorkOf(feature).HasFlag(Work.Jobs))
                feature.AddJobs(builder.Services);
        }
        if (Features.All.Any(feature => role.WorkOf(feature).HasFlag(Work.Jobs)))
            builder.Services.AddPlatformJobs();
        builder.Services.AddConsumers(Features.All, role);
        more?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseWeb();
        foreach (var feature in Features.All.Where(feature => role.WorkOf(feature).HasFlag(Work.Endpoints)))
            feature.MapEndpoints(app);
        app.Services.GetRequiredService<LocalApi>().Add(
            [.. Features.All.Where(feature => !role.WorkOf(feature).HasFlag(Work.Endpoints))]);
        return app;
    }

    public static async Task Migrate(IConfiguration configuration, Action<string> say, CancellationToken cancel)
    {
        await using var db = Npgsql.NpgsqlDataSource.Create(configuration["Postgres:ConnectionString"]!);
        await Migrations.Run(db, Features.All, say, cancel);
        foreach (var feature in Features.All)
            await feature.Migrate(configuration, say, cancel);
    }

    public static async Task Start(WebApplication app, Listen listen, CancellationToken cancel)
    {
        try
        {
            await app.StartAsync(cancel);
        }
        catch (IOException error) when (error.InnerException is AddressInUseException)
        {
            throw listen.Taken();
        }
    }

    /// <summary>Serves until it is told to stop, and drains.</summary>
    public static async Task RunToTheEnd(WebApplication app, CancellationToken cancel)
    {
        await app.WaitForShutdownAsync(cancel);
        if (!cancel.IsCancellationRequested)
            throw new CommandFailedException(ExitCode.Failure,
                "The shop stopped by itself: a part of it failed, and the log above says which. Nothing that was "
                + "confirmed is lost; start it again.");
    }
}
