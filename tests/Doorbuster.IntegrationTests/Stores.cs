using Doorbuster.IntegrationTests;
using Doorbuster.Platform.Embedded;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

[assembly: AssemblyFixture(typeof(SharedStores))]

namespace Doorbuster.IntegrationTests;

/// <summary>
/// A private PostgreSQL and both Redis, started by the classes that start them in production, in a folder of their own.
/// Killed processes lose nothing, as in production; a power cut would (no fsync), which no test here makes.
/// </summary>
public sealed class Stores : IAsyncDisposable
{
    private const int RedisDatabases = 512;

    private readonly Installation _installation;
    private readonly Lazy<Task> _template;
    private int _databases;

    private Stores(Installation installation, EmbeddedStores embedded)
    {
        (_installation, Embedded) = (installation, embedded);
        _template = new(MakeTemplate);
    }

    /// <summary>To kill, freeze, stop and start the servers.</summary>
    public EmbeddedStores Embedded { get; }

    public static async Task<Stores> Start()
    {
        var folder = Directory.CreateTempSubdirectory("doorbuster-test-");
        File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_101_101);
        var installation = await Installation.Take(folder.FullName, CancellationToken.None);
        var options = new EmbeddedOptions { SurvivesPowerLoss = false, RedisDatabases = RedisDatabases };
        var embedded = await EmbeddedStores.Start(
            installation, options, _ => { }, TimeProvider.System, NullLogger.Instance, CancellationToken.None);
        return new(installation, embedded);
    }

    /// <summary>A database with every feature's schema and no rows, and a number of the Redis databases.</summary>
    public async Task<StoreAddresses> NewDatabase()
    {
        await _template.Value;
        var number = Interlocked.Increment(ref _databases);
        if (number >= RedisDatabases)
            throw new InvalidOperationException($"More than {RedisDatabases - 1} test databases.");
        await Execute("postgres", $"create database test_{number} template template_doorbuster");
        return new(
            Embedded.Postgres.ConnectionStringTo($"test_{number}"),
            $"{Embedded.Gate.ConnectionString},defaultDatabase={number}",
            $"{Embedded.Cache.ConnectionString},defaultDatabase={number}");
    }

    public async ValueTask DisposeAsync()
    {
        await Embedded.DisposeAsync();
        _installation.Dispose();
        Directory.Delete(_installation.Folder, recursive: true);
    }

    private async Task MakeTemplate()
    {
        await Execute("postgres", "create database template_doorbuster");
        var address = new NpgsqlConnectionStringBuilder(Embedded.Postgres.ConnectionStringTo("template_doorbuster"))
        { Pooling = false };
        await using var db = NpgsqlDataSource.Create(address);
        await Migrations.Run(db, Features.All, _ => { }, CancellationToken.None);
    }

    private async Task Execute(string database, string sql)
    {
        await using var db = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(Embedded.Postgres.ConnectionStringTo(database)) { Pooling = false });
        await db.Execute(sql, CancellationToken.None);
    }
}

/// <summary>What goes into the configuration of whatever is tested.</summary>
public sealed record StoreAddresses(string Postgres, string Gate, string Cache)
{
    public Dictionary<string, string?> Configuration => new()
    {
        ["Postgres:ConnectionString"] = Postgres,
        ["Redis:Gate"] = Gate,
        ["Redis:Cache"] = Cache,
    };
}

/// <summary>The servers that all tests share, started when the first test needs them. Never break these: a test that
/// kills or freezes a server starts its own by <see cref="Stores.Start"/>.</summary>
public sealed class SharedStores : IAsyncDisposable
{
    private readonly Lazy<Task<Stores>> _stores = new(Stores.Start);

    public async Task<StoreAddresses> NewDatabase() => await (await _stores.Value).NewDatabase();

    public async ValueTask DisposeAsync()
    {
        if (_stores.IsValueCreated)
            await (await _stores.Value).DisposeAsync();
    }
}
