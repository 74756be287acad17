using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Doorbuster.Accounts;
using Doorbuster.Contracts.Accounts;
using Doorbuster.Contracts.Books;
using Doorbuster.Contracts.Catalog;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Embedded;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Doorbuster.IntegrationTests.Orders;

/// <summary>
/// The whole shop in this process, on its own database, spoken to over HTTP. What it sells is the tests' own, so that
/// they choose holds, prices and currencies.
/// </summary>
public sealed class OrderShop(SharedStores stores) : IAsyncLifetime
{
    public const long PriceMinor = 1_250;

    private readonly Dictionary<string, string?> _settings = new()
    {
        // Several shops at once share the tests' server, which has no connections for all their pools.
        ["Postgres:PoolMax"] = "6",
    };
    private readonly Goods _goods = new();
    private readonly Queue<string> _tokens = new();
    private int _admins;
    private WebApplication? _server;
    private HttpClient _client = null!;

    /// <summary>In how many databases its orders are.</summary>
    public int Shards { get; init; } = 1;

    public NpgsqlDataSource Sql { get; private set; } = null!;

    /// <summary>For queries of the test itself, by shard.</summary>
    public Dictionary<int, NpgsqlDataSource> SqlOfShards { get; } = [];

    /// <summary>What the program needs to know beside the addresses of its stores.</summary>
    public Dictionary<string, string?> Settings => _settings;

    public StoreAddresses Addresses { get; private set; } = null!;

    public Uri BaseAddress => _client.BaseAddress!;

    public IServiceProvider Services => _server!.Services;

    public IClaims Claims => Services.GetRequiredService<IClaims>();

    public async ValueTask InitializeAsync()
    {
        Addresses = await stores.NewDatabase();
        Sql = SqlOfShards[0] = NpgsqlDataSource.Create(Addresses.Postgres);
        for (var shard = 1; shard < Shards; shard++)
        {
            var address = (await stores.NewDatabase()).Postgres;
            _settings[$"Postgres:Orders:Shards:{shard}"] = address;
            SqlOfShards[shard] = NpgsqlDataSource.Create(address);
        }
        await Start();
        foreach (var token in await Tokens("orders", 600))
            _tokens.Enqueue(token);
    }

    private async Task<string[]> Tokens(string group, int count)
    {
        using var tokens = new StringWriter();
        await Services.GetRequiredService<MakeTokens>().Run(count, group, tokens, _ => { }, CancellationToken.None);
        return tokens.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Ends the server and starts another on the same stores.</summary>
    public async Task Restart()
    {
        await End();
        await Start();
    }

    public Shopper NewShopper() => ShopperOf(_tokens.Dequeue());

    public Shopper ShopperOf(params string[] tokens)
    {
        var token = tokens.Single();
        Assert.True(Services.GetRequiredService<ISessions>().TryRead(token, out var signed));
        return new Shopper(() => _client, token, signed.Person);
    }

    /// <summary>Somebody who runs the shop.</summary>
    public async Task<Shopper> NewAdmin()
    {
        // A session knows what its person was when it began: so a second one, after the promotion.
        var group = $"admin-{Interlocked.Increment(ref _admins)}";
        var ordinary = ShopperOf(await Tokens(group, 1));
        await Sql.Execute(
            "update accounts.people set is_admin = true where id = $1", CancellationToken.None,
            new NpgsqlParameter { Value = ordinary.Person });
        return ShopperOf(await Tokens(group, 1));
    }

    /// <summary>A message, as another feature would send it.</summary>
    public async Task Say<T>(T message) where T : class
    {
        await using var connection = await Sql.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await transaction.Publish(message, CancellationToken.None);
        await transaction.CommitAsync();
    }

    public async Task<long> SumOverShards(string sql, params NpgsqlParameter[] parameters)
    {
        var sum = 0L;
        foreach (var db in SqlOfShards.Values)
            sum += (await db.Query(
                sql, row => row.GetInt64(0), CancellationToken.None,
                [.. parameters.Select(parameter => parameter.Clone())])).Single();
        return sum;
    }

    public Shopper Stranger() => new(() => _client, null, 0);

    /// <summary>A pool of a sale at <see cref="PriceMinor"/>.</summary>
    public async Task<long> NewSale(long total = 1_000, TimeSpan? hold = null)
    {
        var pool = Services.GetRequiredService<Ids>().Next();
        Assert.Equal(PoolOutcome.Done, await Claims.Create(
            new PoolDefinition { Id = pool, Kind = "sale", Total = total, Hold = hold ?? TimeSpan.FromMinutes(15) },
            CancellationToken.None));
        _goods.Sales.TryAdd(pool, true);
        return pool;
    }

    /// <summary>Ordinary stock under a new SKU.</summary>
    public async Task<(string Sku, long Pool)> NewStock(long total, TimeSpan? hold = null, string currency = "GBP")
    {
        var pool = Services.GetRequiredService<Ids>().Next();
        Assert.Equal(PoolOutcome.Done, await Claims.Create(
            new PoolDefinition { Id = pool, Kind = "stock", Total = total, Hold = hold ?? TimeSpan.FromMinutes(15) },
            CancellationToken.None));
        var sku = $"SKU-{pool}";
        _goods.Variants[sku] = new Variant(sku, "A thing", PriceMinor, currency, pool);
        return (sku, pool);
    }

    /// <summary>Other terms for what is sold; null: it is sold no longer.</summary>
    public void ChangeVariant(string sku, Func<Variant, Variant?> change)
    {
        if (change(_goods.Variants[sku]) is { } changed)
            _goods.Variants[sku] = changed;
        else
            _goods.Variants.TryRemove(sku, out _);
    }

    /// <summary>How goods to this country are taxed.</summary>
    public void Tax(string country, TaxRule rule) => _goods.Taxes[country] = rule;

    /// <summary>Somebody without an account.</summary>
    public async Task<Shopper> NewGuest()
    {
        var guest = await Services.GetRequiredService<ISessions>().NewGuest(CancellationToken.None);
        return new Shopper(() => _client, guest.Token, guest.Person);
    }

    /// <summary>The shopper takes units of a sale; returns the order's public id.</summary>
    public async Task<string> Claim(Shopper shopper, long pool, int quantity = 1)
    {
        var result = await Claims.Claim(
            new ClaimRequest(pool, shopper.Person, quantity, $"{shopper.Person}", TimeSpan.FromSeconds(10)),
            CancellationToken.None);
        Assert.Equal(ClaimOutcome.Claimed, result.Outcome);
        return PublicId.Format("ord", result.Claim!.Id);
    }

    public async Task<long> UnitsFree(long pool) => (await Claims.Audit(pool, CancellationToken.None))!.Free!.Value;

    public async Task Give(Shopper shopper, string unit, long amount) => Assert.Equal(
        BookOutcome.Done,
        await Services.GetRequiredService<IBooks>().Post(
            BookEntry.Move(
                $"test:{Services.GetRequiredService<Ids>().Next()}", "test", DateTimeOffset.UnixEpoch, unit, amount,
                BookAccounts.OfHouse("test"), BookAccounts.OfPerson(shopper.Person)),
            CancellationToken.None));

    public Task<long> Balance(Shopper shopper, string unit) => Services.GetRequiredService<IBooks>().Balance(
        BookAccounts.OfPerson(shopper.Person), unit, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await End();
        foreach (var sql in SqlOfShards.Values)
            await sql.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
    }

    private async Task Start()
    {
        var listen = new Listen(IPAddress.Loopback, Ports.Free());
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(Addresses.Configuration)
            .AddInMemoryCollection(_settings)
            .Build();
        await Server.Migrate(configuration, _ => { }, CancellationToken.None);
        _server = Server.Build(Roles.Named("all"), listen, configuration, services =>
        {
            services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
            services.AddSingleton<IPricedPools>(_goods);
            services.AddSingleton<ICatalog>(_goods);
        });
        await _server.StartAsync();
        _client = new HttpClient { BaseAddress = new Uri(listen.Url) };
    }

    private async Task End()
    {
        await _server!.StopAsync();
        await _server.DisposeAsync();
        _client.Dispose();
    }

    private sealed class Goods : IPricedPools, ICatalog
    {
        public System.Collections.Concurrent.ConcurrentDictionary<long, bool> Sales { get; } = new();

        public System.Collections.Concurrent.ConcurrentDictionary<string, Variant> Variants { get; } = new();

        public System.Collections.Concurrent.ConcurrentDictionary<string, TaxRule> Taxes { get; } = new();

        public ValueTask<PoolTerms?> FindTerms(long pool, CancellationToken cancel) =>
            new(Sales.ContainsKey(pool) ? new PoolTerms(pool, "LAMP-1", "A lamp", PriceMinor, "GBP") : null);

        public Task<Variant?> FindVariant(string sku, CancellationToken cancel) =>
            Task.FromResult(Variants.GetValueOrDefault(sku));

        public Task<IReadOnlyList<Variant>> FindVariants(
            IReadOnlyCollection<string> skus, CancellationToken cancel) =>
            Task.FromResult<IReadOnlyList<Variant>>(
                [.. skus.Select(sku => Variants.GetValueOrDefault(sku)).OfType<Variant>()]);

        public ValueTask<TaxRule> FindTax(string country, string? region, CancellationToken cancel) =>
            new(Taxes.GetValueOrDefault(country) ?? new TaxRule("", RateBasisPoints: 0, IsIncluded: true));
    }
}

/// <summary>The same shop with its orders in three databases.</summary>
public sealed class ShardedShop(SharedStores stores) : IAsyncLifetime
{
    public OrderShop Shop { get; } = new(stores) { Shards = 3 };

    public ValueTask InitializeAsync() => Shop.InitializeAsync();

    public ValueTask DisposeAsync() => Shop.DisposeAsync();
}

/// <summary>Somebody with a session (or without) who talks to the shop.</summary>
public sealed class Shopper(Func<HttpClient> client, string? token, long person)
{
    /// <summary>Where anything may be sent to.</summary>
    public static object Home { get; } = new
    {
        name = "Ada L",
        line1 = "1 Main Street",
        city = "London",
        postalCode = "N1 1AA",
        country = "GB",
    };

    public long Person => person;

    public string? Token => token;

    public Task<Reply> Get(string path, string? ifNoneMatch = null) =>
        Send(HttpMethod.Get, path, null, null, ifNoneMatch);

    public Task<Reply> Post(string path, string? json = null, string? key = null) =>
        Send(HttpMethod.Post, path, json, key, null);

    /// <summary>Any method, with <c>If-Match</c> where a version is given.</summary>
    public Task<Reply> Ask(string method, string path, string? json = null, string? ifMatch = null) =>
        Send(new HttpMethod(method), path, json, null, null, ifMatch);

    public async Task<string> StateOf(string order) =>
        (await Get($"/api/v1/orders/{order}")).Json.GetProperty("state").GetString()!;

    /// <summary>Pays for an order at the provider, who approves; returns the payment when the order is paid.</summary>
    public async Task<Reply> Pay(string order, string key)
    {
        var payment = await Post($"/api/v1/orders/{order}/payments", "{}", key);
        Assert.True(payment.Status == 201, payment.Body);
        await Post(new Uri(payment.Json.GetProperty("payUrl").GetString()!).AbsolutePath + "/approve");
        await Eventually.IsTrue(async () => await StateOf(order) == "paid", "the order is paid");
        return payment;
    }

    /// <summary>Sends until the answer is not 5xx, as clients do.</summary>
    public async Task<Reply> PostUntilAnswered(string path, string? json = null, string? key = null)
    {
        while (true)
        {
            var reply = await Post(path, json, key);
            if (reply.Status < 500)
                return reply;
            await Task.Delay(50);
        }
    }

    private async Task<Reply> Send(
        HttpMethod method, string path, string? json, string? key, string? ifNoneMatch, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        if (ifNoneMatch is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await client().SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        return new Reply(
            (int)response.StatusCode, body, response.Headers.ETag?.ToString(), response.Headers.Location?.ToString());
    }
}

public sealed record Reply(int Status, string Body, string? ETag, string? Location)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string? Code => Status >= 400 && Body.Length > 0 ? Json.GetProperty("code").GetString() : null;

    public string Id => Json.TryGetProperty("id", out var id) ? id.GetString()! : throw new InvalidOperationException($"{Status} {Body}");

    public IReadOnlyList<JsonElement> Data => [.. Json.GetProperty("data").EnumerateArray()];
}
