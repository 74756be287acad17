using System.Text.Json;
using Doorbuster.Catalog;
using Doorbuster.IntegrationTests.Web;
using Doorbuster.Tests.Web;

namespace Doorbuster.IntegrationTests.Catalog;

/// <summary>The endpoints of the catalog on stores of their own, for the tests of a class, and somebody who runs the shop.</summary>
public sealed class CatalogShop(SharedStores stores) : IAsyncLifetime
{
    public const string Admin = "/api/admin/v1/catalog";

    private int _nextKey;
    private int _nextSku;

    internal Database Database { get; } = new(stores);

    internal TinyShop Shop { get; private set; } = null!;

    internal SkippingClock Clock { get; } = new();

    public async ValueTask InitializeAsync()
    {
        await Database.InitializeAsync();
        Shop = await HttpShop.Start(Database.Addresses, Clock, hasNamedPeople: true, new CatalogFeature());
        await Send(HttpMethod.Post, "/categories", new { name = "Things" });
    }

    public async ValueTask DisposeAsync()
    {
        await Shop.DisposeAsync();
        await Database.DisposeAsync();
    }

    public string NewKey() => $"key-{Interlocked.Increment(ref _nextKey)}";

    public string NewSku() => $"SKU-{Interlocked.Increment(ref _nextSku)}";

    /// <summary>As an administrator, below <see cref="Admin"/>; what is no string is sent as JSON.</summary>
    internal Task<TinyShop.Answer> Send(
        HttpMethod method, string path, object? body = null, string? version = null, string? key = null)
    {
        List<(string, string)> headers = [];
        if (version is not null)
            headers.Add(("If-Match", version));
        if (method == HttpMethod.Post)
            headers.Add(("Idempotency-Key", key ?? NewKey()));
        return Shop.Send(
            method, Admin + path, body as string ?? (body is null ? null : JsonSerializer.Serialize(body)), "admin", [.. headers]);
    }

    /// <summary>A product of its own with one variant for 20.00 of which there are 10.</summary>
    internal async Task<string> NewProduct(string? sku = null, string category = "things", long stock = 10)
    {
        sku ??= NewSku();
        var made = await Send(HttpMethod.Post, "/products", new
        {
            title = $"Product {sku}",
            category,
            variants = new[] { new { sku, price = Pounds(2000), stock } },
        });
        Assert.True(made.Status == 201, made.Body);
        return sku;
    }

    internal async Task<string> Tag(string path) => (await Send(HttpMethod.Get, path)).Headers["ETag"];

    /// <summary>Waits until something is seen that is remembered for seconds, without these seconds.</summary>
    internal Task Sees(Func<Task<bool>> condition, string what)
    {
        Clock.Skip(TimeSpan.FromSeconds(3));
        return Eventually.IsTrue(condition, what);
    }

    internal Task<TinyShop.Answer> Public(string path, params (string, string)[] headers) =>
        Shop.Send(HttpMethod.Get, path, headers: headers);

    internal static object Pounds(long amount) => new { amount, currency = "GBP" };
}
