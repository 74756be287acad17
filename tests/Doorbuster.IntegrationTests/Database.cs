using Doorbuster.Platform;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Doorbuster.IntegrationTests;

/// <summary>
/// A class fixture: the test class's own database and Redis numbers on the shared servers.
/// <code>public sealed class ClaimTests(Database database) : IClassFixture&lt;Database&gt;</code>
/// </summary>
public sealed class Database(SharedStores stores) : IAsyncLifetime
{
    private readonly List<IHost> _hosts = [];

    public StoreAddresses Addresses { get; private set; } = null!;

    public string ConnectionString => Addresses.Postgres;

    /// <summary>For queries of the test itself, past every feature.</summary>
    public NpgsqlDataSource Sql { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Addresses = await stores.NewDatabase();
        Sql = NpgsqlDataSource.Create(Addresses.Postgres);
    }

    /// <summary>One process's services with the given work of the given features running; ends with the test
    /// class.</summary>
    public async Task<IServiceProvider> StartProcess(
        Work work, IEnumerable<Feature>? features = null, Action<IServiceCollection>? change = null)
    {
        var host = TestProcess.Build(Addresses, work, features, change);
        _hosts.Add(host);
        await host.StartAsync();
        return host.Services;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.StopAsync();
            host.Dispose();
        }
        await Sql.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
    }
}

/// <summary>One process of Doorbuster without HTTP, inside the test.</summary>
public static class TestProcess
{
    /// <summary>Starting and ending it is the caller's.</summary>
    public static IHost Build(
        StoreAddresses addresses, Work work, IEnumerable<Feature>? features = null,
        Action<IServiceCollection>? change = null)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(addresses.Configuration);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.AddStores();
        builder.Services.AddNodeNumber();
        foreach (var feature in Features.All)
            feature.AddServices(builder);
        foreach (var feature in features ?? Features.All)
        {
            if (work.HasFlag(Work.Consumers))
                feature.AddConsumers(builder.Services);
            if (work.HasFlag(Work.Jobs))
                feature.AddJobs(builder.Services);
        }
        change?.Invoke(builder.Services);
        return builder.Build();
    }
}
