using System.Text.Json;
using Doorbuster.Accounts;
using Doorbuster.Catalog;
using Doorbuster.Catalog.Import;
using Doorbuster.IntegrationTests.Web;
using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Doorbuster.Tests;
using Doorbuster.Tests.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.IntegrationTests.Catalog;

/// <summary>A mug (20.00, large 25.00) and a hat (10.00), a group <c>trade</c> with Ada in it, on a clock that stands still.
/// Ada's token is <c>ada</c>; <c>admin</c> runs the shop and is in no group; <c>ended</c> is a member whose session ended.</summary>
public sealed class MemberShop(SharedStores stores) : IAsyncLifetime
{
    public const string Lists = "/api/admin/v1/catalog/price-lists";
    public const string Groups = "/api/admin/v1/customer-groups";
    public const long Ada = 100;    // as TinyShop knows her

    private const long Ended = 102;

    private static readonly CancellationToken None = CancellationToken.None;

    private int _keys;

    internal Database Database { get; } = new(stores);

    internal ManualClock Clock { get; } = new();

    internal TinyShop Shop { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Database.InitializeAsync();
        Shop = await HttpShop.Start(
            Database.Addresses, Clock, hasNamedPeople: true, new AccountsFeature(), new CatalogFeature());
        foreach (var (id, name) in new[] { (Ada, "ada"), (Ended, "ended") })
            Assert.True(await Shop.Services.GetRequiredService<AccountStore>().AddPerson(
                new()
                {
                    Id = id,
                    Email = $"{name}@example.test",
                    DisplayName = name,
                    IsAdmin = false,
                    PasswordHash = null,
                    CreatedAt = Clock.GetUtcNow(),
                },
                None));
    }

    public async ValueTask DisposeAsync()
    {
        await Shop.DisposeAsync();
        await Database.DisposeAsync();
    }

    /// <summary>As at the beginning, but for the time.</summary>
    internal async Task Begin()
    {
        await Database.Sql.Execute(
            "truncate catalog.price_lists, catalog.variants, catalog.products, catalog.categories, accounts.customer_groups cascade", None);
        await Shop.Services.GetRequiredService<CatalogImport>().FromRows(
            [Row("MUG", "MUG", 20_00), Row("MUG-L", "MUG", 25_00), Row("HAT", "HAT", 10_00), Row("CAP", "CAP", 30_00, "EUR")], "test", None);
        await MakeGroup("trade", Ada, Ended);
        Clock.PassSeconds(3);    // what was remembered
    }

    internal async Task MakeGroup(string code, params long[] members)
    {
        Assert.Equal(201, (await Send(HttpMethod.Post, Groups, new { code, name = code })).Status);
        foreach (var person in members)
            Assert.Equal(200, (await Send(HttpMethod.Put, $"{Groups}/{code}/members/{PublicId.Format("usr", person)}")).Status);
    }

    /// <summary>A list in pounds with these prices, which everybody who should knows of.</summary>
    internal async Task MakeList(
        string code, string group, (string Sku, long Amount)[] prices, int priority = 0, DateTimeOffset? from = null,
        DateTimeOffset? until = null)
    {
        var made = await Send(
            HttpMethod.Post, Lists, new { code, name = $"List {code}", currency = "GBP", group, priority, from, until });
        Assert.True(made.Status == 201, made.Body);
        foreach (var (sku, amount) in prices)
            await Price(code, sku, amount);
        Clock.PassSeconds(3);
    }

    internal async Task Price(string list, string sku, long amount)
    {
        var set = await Send(
            HttpMethod.Put, $"{Lists}/{list}/prices/{sku}", new { price = CatalogShop.Pounds(amount) }, await Tag($"{Lists}/{list}"));
        Assert.True(set.Status == 200, set.Body);
    }

    internal Task<TinyShop.Answer> Send(
        HttpMethod method, string path, object? body = null, string? version = null, string? key = null)
    {
        List<(string, string)> headers = [];
        if (version is not null)
            headers.Add(("If-Match", version));
        if (method == HttpMethod.Post)
            headers.Add(("Idempotency-Key", key ?? $"members-{Interlocked.Increment(ref _keys)}"));
        return Shop.Send(
            method, path, body as string ?? (body is null ? null : JsonSerializer.Serialize(body)), "admin", [.. headers]);
    }

    internal async Task<string> Tag(string path) => (await Send(HttpMethod.Get, path)).Headers["ETag"];

    /// <param name="who">Null: a stranger.</param>
    internal Task<TinyShop.Answer> Look(string path, string? who, string? known = null) =>
        Shop.Send(HttpMethod.Get, path, bearer: who, headers: known is null ? [] : [("If-None-Match", known)]);

    /// <summary>What the answer says that the SKU costs now.</summary>
    internal static long PriceIn(TinyShop.Answer answer, string sku)
    {
        var products = answer.Json.TryGetProperty("data", out var list) ? list.EnumerateArray().ToList() : [answer.Json];
        return products.SelectMany(product => product.GetProperty("variants").EnumerateArray())
            .Single(variant => variant.GetProperty("sku").GetString() == sku).GetProperty("price").GetProperty("amount").GetInt64();
    }

    private static CatalogRow Row(string sku, string product, long price, string currency = "GBP") => new()
    {
        Sku = sku,
        Product = product,
        Title = $"Blue {product}",
        Category = "Things",
        PriceMinor = price,
        Currency = currency,
        Stock = 50,
        Options = product == "MUG" ? new(StringComparer.Ordinal) { ["Size"] = sku } : [],
    };
}
