using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Doorbuster.Accounts;
using Doorbuster.IntegrationTests.Accounts;
using Doorbuster.Platform.Embedded;
using Doorbuster.Platform.Messaging;
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

    public async Task<long> Count(string sql)
    {
        await using var command = Sql.CreateCommand(sql);
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

    public Task<CallerReply> Get(string path) => Send(HttpMethod.Get, path);

    public Task<CallerReply> Post(string path, string? json = null, params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Post, path, json, headers);

    public async Task<CallerReply> Send(
        HttpMethod method, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        using var content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        return await Send(method, path, content, headers);
    }

    public async Task<CallerReply> Send(
        HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await client.SendAsync(request);
        return new CallerReply(
            (int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.ETag?.ToString());
    }
}

public sealed record CallerReply(int Status, string Body, string? ETag)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string? Code => Status >= 400 && Body.Length > 0 ? Json.GetProperty("code").GetString() : null;

    public IReadOnlyList<JsonElement> Data => [.. Json.GetProperty("data").EnumerateArray()];
}
