using Microsoft.Extensions.Logging;

namespace Doorbuster.Platform.Embedded;

/// <summary>The private PostgreSQL and the two Redis instances of one installation.</summary>
public sealed class EmbeddedStores : IAsyncDisposable
{
    private EmbeddedStores(EmbeddedPostgres postgres, EmbeddedRedis gate, EmbeddedRedis cache) =>
        (Postgres, Gate, Cache) = (postgres, gate, cache);

    /// <summary>One of them died and answers again, under another process id.</summary>
    public event Action? Restarted
    {
        add => Array.ForEach<EmbeddedStore>([Postgres, Gate, Cache], store => store.Restarted += value);
        remove => Array.ForEach<EmbeddedStore>([Postgres, Gate, Cache], store => store.Restarted -= value);
    }

    public EmbeddedPostgres Postgres { get; }

    public EmbeddedRedis Gate { get; }

    public EmbeddedRedis Cache { get; }

    /// <summary>Returns when all three answer. They die with this process, and are started again when they die
    /// alone.</summary>
    /// <param name="say">Progress, in sentences for people.</param>
    public static async Task<EmbeddedStores> Start(
        Installation installation, EmbeddedOptions options, Action<string> say, TimeProvider clock, ILogger log,
        CancellationToken cancel)
    {
        var (postgresUser, redisUser) = (StoreUser.Find("postgres"), StoreUser.Find("redis"));
        var folder = await installation.StoresFolder(postgresUser, say, cancel);
        var setup = new EmbeddedSetup(installation, folder, options, say, clock, log);

        if (options.ProgramPort is { } taken)
            Ports.Reserve(taken);
        var postgres = await EmbeddedPostgres.Create(setup, postgresUser, cancel);
        var (gate, cache) = await EmbeddedRedis.Create(setup, redisUser, cancel);
        installation.SaveRecord();

        var stores = new EmbeddedStores(postgres, gate, cache);
        try
        {
            await Task.WhenAll(postgres.Start(cancel), gate.Start(cancel), cache.Start(cancel));
            return stores;
        }
        catch
        {
            await stores.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(Postgres.Stop(), Gate.Stop(), Cache.Stop());
}
