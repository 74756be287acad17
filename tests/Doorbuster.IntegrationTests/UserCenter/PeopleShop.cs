using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Doorbuster.Accounts;
using Doorbuster.Catalog;
using Doorbuster.Catalog.Import;
using Doorbuster.Contracts.Accounts;
using Doorbuster.IntegrationTests.Orders;
using Doorbuster.Platform;
using Doorbuster.Platform.Embedded;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Redis;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Doorbuster.IntegrationTests.UserCenter;

/// <summary>A class fixture: the whole shop in this process, on its own database; a class that changes it derives its
/// own.</summary>
public class PeopleShop(SharedStores stores) : IAsyncLifetime
{
    private readonly Queue<string> _tokens = new();
    private WebApplication? _server;

    public StoreAddresses Addresses { get; private set; } = null!;

    public NpgsqlDataSource Sql { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    public IServiceProvider Services => _server!.Services;

    public CacheRedis Cache => Services.GetRequiredService<CacheRedis>();

    public async ValueTask InitializeAsync()
    {
        Addresses = await stores.NewDatabase();
        Sql = NpgsqlDataSource.Create(Addresses.Postgres);
        var listen = new Listen(IPAddress.Loopback, Ports.Free());
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(Addresses.Configuration)
            .AddInMemoryCollection([new("Postgres:PoolMax", "6")])
            .AddInMemoryCollection(Settings)
            .Build();
        _server = Server.Build(Roles.Named("all"), listen, configuration, services =>
        {
            services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Critical));
            Change(services);
        });
        await _server.StartAsync();
        Client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri(listen.Url) };
    }

    protected virtual Dictionary<string, string?> Settings => [];

    protected virtual void Change(IServiceCollection services) { }

    /// <summary>People with sessions, without the time a password takes.</summary>
    public async Task<Somebody> NewPerson()
    {
        if (_tokens.Count == 0)
        {
            using var tokens = new StringWriter();
            await Services.GetRequiredService<MakeTokens>().Run(
                20, $"people-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}"[..28], tokens, _ => { }, CancellationToken.None);
            foreach (var line in tokens.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries))
                _tokens.Enqueue(line);
        }
        var token = _tokens.Dequeue();
        Assert.True(Services.GetRequiredService<ISessions>().TryRead(token, out var signed));
        return new(Client, token, signed.Person);
    }

    public Somebody Stranger() => new(Client, null, 0);

    /// <summary>Says it as a feature would, in a transaction of its own.</summary>
    public async Task Publish<T>(T message) where T : class
    {
        await using var connection = await Sql.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await transaction.Publish(message, CancellationToken.None);
        await transaction.CommitAsync();
    }

    /// <summary>The next people's sessions begin now: for tests that set the clock.</summary>
    public void ForgetTokens() => _tokens.Clear();

    /// <summary>Products for sale, with an SKU each.</summary>
    public async Task<string[]> NewVariants(int count)
    {
        var first = Services.GetRequiredService<Ids>().Next();
        string[] skus = [.. Enumerable.Range(0, count).Select(n => $"V{first}-{n}")];
        await Services.GetRequiredService<CatalogImport>().FromRows(
            skus.Select(sku => new CatalogRow
            {
                Sku = sku,
                Product = sku,
                Title = $"A thing {sku}",
                Category = "Things",
                PriceMinor = 100,
                Currency = "GBP",
                Stock = 10,
            }),
            "people", CancellationToken.None);
        return skus;
    }

    public async Task<long> Count(string sql, params object[] values) => (await Query(sql, row => row.GetInt64(0), values))[0];

    public async Task<List<T>> Query<T>(string sql, Func<NpgsqlDataReader, T> read, params object[] values)
    {
        await using var command = Sql.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.AddWithValue(value);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
            rows.Add(read(reader));
        return rows;
    }

    public Task FlushCache() => Cache.Call(db => db.ExecuteAsync("FLUSHDB"));

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Client.Dispose();
        await _server!.StopAsync();
        await _server.DisposeAsync();
        await Sql.DisposeAsync();
    }
}

/// <summary>Somebody with a session (or without) who talks to the shop.</summary>
public sealed class Somebody(HttpClient client, string? token, long person)
{
    public long Person => person;

    public string? Token => token;

    public Task<Reply> Get(string path, params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Get, path, null, headers);

    public Task<Reply> Post(string path, string? json = null, string? key = null) =>
        Send(HttpMethod.Post, path, json, key is null ? [] : [("Idempotency-Key", key)]);

    public async Task<Reply> Send(
        HttpMethod method, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await client.SendAsync(request);
        return new Reply(
            (int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.ETag?.ToString(),
            response.Headers.Location?.ToString());
    }
}
