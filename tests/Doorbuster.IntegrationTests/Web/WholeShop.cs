using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Doorbuster.Accounts;
using Doorbuster.IntegrationTests.Accounts;
using Doorbuster.IntegrationTests.Orders;
using Doorbuster.Platform.Embedded;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Redis;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Doorbuster.IntegrationTests.Web;

/// <summary>A class fixture: every role in this process, on a database of its own, spoken to over HTTP as anybody.</summary>
public class WholeShop(SharedStores stores) : IAsyncLifetime
{
    private WebApplication? _server;
    private HttpClient _client = null!;

    public StoreAddresses Addresses { get; private set; } = null!;

    public NpgsqlDataSource Sql { get; private set; } = null!;

    public IServiceProvider Services => _server!.Services;

    public HttpClient Client => _client;

    public CacheRedis Cache => Services.GetRequiredService<CacheRedis>();

    public async ValueTask InitializeAsync()
    {
        Addresses = await stores.NewDatabase();
        Sql = NpgsqlDataSource.Create(Addresses.Postgres);
        var listen = new Listen(IPAddress.Loopback, Ports.Free());
        // Several shops at once share the tests' server, which has no connections for all their pools.
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(Addresses.Configuration)
            .AddInMemoryCollection([new("Postgres:PoolMax", "6")])
            .AddInMemoryCollection(Settings)
            .Build();
        _server = Server.Build(Roles.Named("all"), listen, configuration, services =>
        {
            services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
            Change(services);
        });
        await _server.StartAsync();
        // A cookie of one caller must not speak for the next.
        _client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri(listen.Url) };
        await Prepare();
    }

    /// <summary>A person who never came before, signed in.</summary>
    public async Task<Caller> NewPerson(bool isAdmin = false)
    {
        var person = await Someone.New(Services, isAdmin);
        var (_, token) = await Services.GetRequiredService<Sessions>().Start(person, isAdmin, CancellationToken.None);
        return new Caller(_client, token, person);
    }

    public Caller Stranger() => new(_client, null, 0);

    /// <summary>Says something as a feature does.</summary>
    public async Task Publish<T>(params T[] messages) where T : class
    {
        await using var connection = await Sql.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        foreach (var message in messages)
            await transaction.Publish(message, CancellationToken.None);
        await transaction.CommitAsync();
    }

    /// <summary>Returns when what was said so far has had its effect everywhere.</summary>
    public Task Settled() => Eventually.IsTrue(
        async () => await Count("select count(*) from messaging.outbox") == 0, "all messages are handled");

    public async Task<long> Count(string sql, params object[] values)
    {
        await using var command = Sql.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.AddWithValue(value);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_server is not null)
        {
            await _server.StopAsync();
            await _server.DisposeAsync();
        }
        _client.Dispose();
        await Sql.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
    }

    protected virtual Dictionary<string, string?> Settings => [];

    protected virtual void Change(IServiceCollection services) { }

    protected virtual Task Prepare() => Task.CompletedTask;
}

/// <summary>Somebody with a session, or a stranger.</summary>
public sealed class Caller(HttpClient client, string? token, long person)
{
    public long Person => person;

    public string? Token => token;

    public Task<Reply> Get(string path, params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Get, path, json: null, headers);

    public Task<Reply> Post(string path, string? json, string key) => Post(path, json, ("Idempotency-Key", key));

    public Task<Reply> Post(string path, string? json = null, params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Post, path, json, headers);

    public async Task<Reply> Send(
        HttpMethod method, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        using var content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        return await Send(method, path, content, headers);
    }

    public async Task<Reply> Send(
        HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await client.SendAsync(request);
        return new Reply(
            (int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.ETag?.ToString(),
            response.Headers.Location?.ToString());
    }
}
