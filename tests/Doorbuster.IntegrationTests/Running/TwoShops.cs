using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Doorbuster.Accounts;
using Doorbuster.Contracts.Accounts;
using Doorbuster.Platform;
using Doorbuster.Platform.Messaging;
using Doorbuster.IntegrationTests.Orders;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Doorbuster.IntegrationTests;

/// <summary>Two processes of the built program on one database, many people with sessions, and somebody who runs it.
/// Beside them the services of a third process, without any work of its own, for what has no endpoint.</summary>
public sealed class TwoShops(SharedStores stores) : IAsyncLifetime
{
    private const int People = 700;

    private readonly Queue<string> _tokens = new();
    private RunningShop[] _shops = [];
    private IHost _beside = null!;
    private string _admin = "";
    private int _asked;
    private int _keys;

    public NpgsqlDataSource Sql { get; private set; } = null!;

    public StoreAddresses Addresses { get; private set; } = null!;

    public IServiceProvider Services => _beside.Services;

    public IReadOnlyList<RunningShop> Shops => _shops;

    public async ValueTask InitializeAsync()
    {
        Addresses = await stores.NewDatabase();
        Sql = NpgsqlDataSource.Create(Addresses.Postgres);
        var few = new Dictionary<string, string?> { ["Postgres:PoolMax"] = "6" };
        _shops = await Task.WhenAll(
            RunningShop.Serve(Addresses, settings: few), RunningShop.Serve(Addresses, settings: few));
        _beside = TestProcess.Build(Addresses, Work.None);
        await _beside.StartAsync();

        using var tokens = new StringWriter();
        await Services.GetRequiredService<MakeTokens>().Run(People, "two", tokens, _ => { }, CancellationToken.None);
        foreach (var token in tokens.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries))
            _tokens.Enqueue(token);

        var admin = await _shops[0].Ask("user", "create-admin", "--email", "boss@example.test");
        // By a client of its own: the others must not keep the administrator's cookie.
        using var browser = new HttpClient { BaseAddress = _shops[0].Client.BaseAddress };
        using var signedIn = await browser.PostAsJsonAsync("/api/v1/sessions", new
        {
            email = "boss@example.test",
            password = admin.GetProperty("password").GetString(),
        });
        _admin = (await signedIn.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
    }

    public string NewKey() => $"key-{Interlocked.Increment(ref _keys)}";

    /// <summary>Somebody new, who talks to either process in turn.</summary>
    public Shopper NewShopper()
    {
        var token = _tokens.Dequeue();
        Assert.True(Services.GetRequiredService<ISessions>().TryRead(token, out var signed));
        return new Shopper(Either, token, signed.Person);
    }

    public Shopper Stranger() => new(Either, null, 0);

    public async Task<Reply> AsAdmin(
        string method, string path, object? body = null, string? key = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _admin);
        if (method == "POST")
            request.Headers.Add("Idempotency-Key", key ?? NewKey());
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (body is not null)
            request.Content = new StringContent(
                body as string ?? JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        using var response = await Either().SendAsync(request);
        return new Reply(
            (int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.ETag?.ToString(),
            response.Headers.Location?.ToString());
    }

    /// <summary>Says it as a feature would, through the outbox.</summary>
    public async Task Publish<T>(T message) where T : class
    {
        await using var connection = await Sql.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await transaction.Publish(message, CancellationToken.None);
        await transaction.CommitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var shop in _shops)
            await shop.DisposeAsync();
        await _beside.StopAsync();
        _beside.Dispose();
        await Sql.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
    }

    private HttpClient Either() => _shops[Interlocked.Increment(ref _asked) % 2].Client;
}
