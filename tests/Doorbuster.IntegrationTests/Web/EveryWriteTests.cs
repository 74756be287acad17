using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Doorbuster.IntegrationTests.Orders;
using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Doorbuster.Platform.Web;
using Npgsql;

namespace Doorbuster.IntegrationTests.Web;

/// <summary>Whatever an administrator changes is on record: each endpoint that writes is called, those of tomorrow too. One that
/// nothing here calls fails the test: add a step.</summary>
public sealed class EveryWriteTests(OwnerTests.StockedShop shop) : IClassFixture<OwnerTests.StockedShop>, IAsyncLifetime
{
    /// <summary>Endpoints that need not be on record, and why. There are none.</summary>
    private static readonly Dictionary<string, string> Exceptions = [];

    private const string Admin = "/api/admin/v1/";
    private const string Catalog = Admin + "catalog/";
    private const string Buyer = "EVERY-1";

    private readonly List<string> _wrong = [];
    private readonly HashSet<string> _called = [];
    private Caller _admin = null!;
    private string _actor = "";
    private IReadOnlyList<(Regex Shape, EveryEndpoint Endpoint)> _writes = [];
    private int _keys;

    public async ValueTask InitializeAsync()
    {
        _admin = await shop.NewPerson(isAdmin: true);
        _actor = PublicId.Format("usr", _admin.Person);
        _writes = [.. EveryEndpoint.Of(shop.Services)
            .Where(endpoint => !endpoint.IsPage && endpoint.Method is not ("GET" or "HEAD")
                && (endpoint.Access == Access.Admin || endpoint.Route.StartsWith("/api/admin/", StringComparison.Ordinal)))
            .Select(endpoint => (new Regex($"^{Regex.Replace(endpoint.Route, @"\{[^}]+\}", "[^/]+")}$"), endpoint))];
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Whatever_an_administrator_changes_is_on_record()
    {
        await Goods();
        await Taxes();
        await Sales();
        await Coupons();
        await RedPackets();
        await Orders();
        await Risk();
        await Webhooks();
        await PeopleAndLetters();

        Assert.Empty(_wrong);
        Assert.Equal(
            _writes.Select(write => write.Endpoint.Name),
            _called.Concat(Exceptions.Keys).Order(StringComparer.Ordinal));
    }

    private async Task Goods()
    {
        await Do("POST", Catalog + "categories", """{"name":"every"}""");
        await Do("PATCH", Catalog + "categories/every", """{"name":"Every"}""");
        await Do("POST", Catalog + "products",
            $$"""{"title":"A thing","category":"every","variants":[{"sku":"{{Buyer}}","price":{"amount":500,"currency":"GBP"},"stock":20}]}""");
        const string product = Catalog + "products/" + Buyer;
        await Do("PATCH", product, """{"title":"Another thing"}""");
        await Do("POST", product + "/variants",
            """{"sku":"EVERY-2","options":{"size":"L"},"price":{"amount":600,"currency":"GBP"},"stock":1}""");
        await Do("PATCH", Catalog + "variants/EVERY-2", """{"options":{"size":"XL"}}""", product);
        await Do("PUT", Catalog + "variants/EVERY-2/stock", """{"stock":2}""", product);
        await Do("PUT", Catalog + "variants/EVERY-2/prices", """{"prices":[{"price":{"amount":400,"currency":"GBP"}}]}""", product);
        await Do("DELETE", Catalog + "variants/EVERY-2", null, product);
        await PriceLists();
        await Do("POST", Catalog + "categories", """{"name":"empty"}""");
        await Do("DELETE", Catalog + "categories/empty");

        using var picture = new ByteArrayContent(Convert.FromBase64String(
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="));
        picture.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        var image = await Send("POST", Catalog + "images", picture);
        var address = image.Json.GetProperty("address").GetString();
        await Do("POST", product + "/images", $$"""{"address":"{{address}}","alt":"A thing"}""");
        await Do("PUT", product + "/images", """{"images":[]}""", product);
        await Do("DELETE", Catalog + "images/" + Path.GetFileNameWithoutExtension(address));
    }

    private async Task PriceLists()
    {
        await Do("POST", Admin + "customer-groups", """{"code":"priced","name":"Priced"}""");
        await Do("POST", Catalog + "price-lists", """{"code":"every","name":"Every","currency":"GBP","group":"priced"}""");
        const string list = Catalog + "price-lists/every";
        await Do("PUT", list, """{"name":"Everything","group":"priced"}""");
        await Do("PUT", $"{list}/prices/{Buyer}", """{"price":{"amount":450,"currency":"GBP"}}""", list);
        await Do("DELETE", $"{list}/prices/{Buyer}", null, list);
        await Do("DELETE", list);
    }

    private async Task Taxes()
    {
        var rule = Id(await Do("POST", Catalog + "tax-rules", """{"country":"NZ","title":"GST","rateBasisPoints":1500}"""));
        await Do("PATCH", Catalog + $"tax-rules/{rule}", """{"rateBasisPoints":1400}""");
        await Do("DELETE", Catalog + $"tax-rules/{rule}");
        await Do("PUT", Catalog + "settings", """{"pricesIncludeTax":false}""");
        await Do("PUT", Catalog + "settings", """{"pricesIncludeTax":true}""");
        const string rate = Admin + "shipping-rates/sledge/FI/EUR";
        await Do("PUT", rate, """{"title":"Sledge","priceMinor":100}""", headers: ("If-None-Match", "*"));
        await Do("DELETE", rate, headers: ("If-Match", "\"1\""));
    }

    private async Task Sales()
    {
        var sale = Id(await Do("POST", Admin + "sales",
            $$"""{"sku":"{{Buyer}}","units":5,"price":{"amount":100,"currency":"GBP"} }"""));
        await Do("PATCH", Admin + $"sales/{sale}", """{"state":"paused"}""");
    }

    private async Task Coupons()
    {
        var coupon = Id(await Do("POST", Admin + "coupon-templates",
            """{"handle":"EVERY","title":"Every","claimBy":"codes","currency":"GBP","amount":5,"total":10}"""));
        await Do("PATCH", Admin + $"coupon-templates/{coupon}", """{"title":"All"}""");
        await Do("POST", Admin + $"coupon-templates/{coupon}/codes", """{"count":2}""");
        using var file = new StringContent("code\n0123456789ABCDEF\n", Encoding.UTF8, "text/csv");
        await Send("PUT", Admin + $"coupon-templates/{coupon}/codes/file", file);
    }

    private async Task RedPackets()
    {
        var packet = Id(await Do("POST", Admin + "red-packets",
            """{"title":"Every","amount":10,"currency":"GBP","parts":2,"kind":"equal"}"""));
        await Do("POST", Admin + $"red-packets/{packet}/closure");
    }

    private async Task Orders()
    {
        var buyer = await shop.NewPerson();
        var order = await Order(buyer);
        var paid = await buyer.Post($"/api/v1/orders/{order}/payments", "{}", Key());
        await buyer.Post(new Uri(paid.Json.GetProperty("payUrl").GetString()!).AbsolutePath + "/approve");
        await Eventually.IsTrue(
            async () => (await buyer.Get($"/api/v1/orders/{order}")).Json.GetProperty("state").GetString() == "paid",
            "the order is paid");
        var path = Admin + $"orders/{order}";
        await Do("POST", path + "/refunds", """{"reason":"damaged","amount":10}""");
        await Do("POST", path + "/shipment", """{"carrier":"Post"}""");
        await Do("POST", path + "/completion");
        Assert.Equal(200, (await buyer.Post($"/api/v1/orders/{order}/return", """{"reason":"too small"}""")).Status);
        await Do("POST", path + "/return", """{"outcome":"received"}""");
    }

    private async Task Risk()
    {
        const string rule = """{"name":"every","kind":"value","outcome":"hold","threshold":1,"currency":"GBP"}""";
        var made = Id(await Do("POST", Admin + "risk/rules", rule));
        var order = await Order(await shop.NewPerson());
        await Eventually.IsTrue(
            async () => (await _admin.Get(Admin + $"risk/orders/{order}")).Status == 200, "the order is held");
        await Do("POST", Admin + $"risk/orders/{order}/decision", """{"decision":"release"}""", Admin + $"risk/orders/{order}");
        await Do("PUT", Admin + $"risk/rules/{made}", rule.Replace("\"hold\"", "\"mark\"", StringComparison.Ordinal));
        await Do("DELETE", Admin + $"risk/rules/{made}");
    }

    private async Task Webhooks()
    {
        var made = await Do("POST", Admin + "webhook-endpoints", """{"url":"https://merchant.example.com/every","events":["*"]}""");
        var path = Admin + $"webhook-endpoints/{made.Json.GetProperty("endpoint").GetProperty("id").GetString()}";
        await Do("PATCH", path, """{"description":"every"}""");
        await Do("POST", path + "/secret");
        await Do("POST", path + "/test");
        var delivery = (await _admin.Get(path + "/deliveries")).Data[0].GetProperty("id").GetString();
        await Do("POST", Admin + $"webhook-deliveries/{delivery}/replay");
        await Do("POST", path + "/replay", """{"since":"2026-01-01T00:00:00Z","all":true}""");
        await Do("DELETE", path);
    }

    private async Task PeopleAndLetters()
    {
        var person = Admin + $"people/{PublicId.Format("usr", (await shop.NewPerson()).Person)}";
        await Do("POST", person + "/block", """{"reason":"every"}""");
        await Do("POST", person + "/unblock");
        const string group = Admin + "customer-groups/every";
        await Do("POST", Admin + "customer-groups", """{"code":"every","name":"Every"}""");
        await Do("PATCH", group, """{"name":"Everybody"}""");
        var member = $"{group}/members/{PublicId.Format("usr", (await shop.NewPerson()).Person)}";
        await Do("PUT", member);
        await Do("DELETE", member);
        await Do("DELETE", group);
        await shop.Sql.Execute(
            """
            insert into messaging.dead_letters (id, consumer, type, body, error, attempts, made_at)
            select n, 'nobody.every', 'Nothing', '{}', 'broken', 8, now() from generate_series(8000001, 8000002) n
            """, default);
        await Do("POST", Admin + "dead-letters/nobody.every/8000001/retry");
        await Do("DELETE", Admin + "dead-letters/nobody.every/8000002");
    }

    private async Task<string> Order(Caller buyer)
    {
        var placed = await buyer.Post("/api/v1/orders", $$"""{"lines":[{"sku":"{{Buyer}}","quantity":1}]}""", Key());
        Assert.True(placed.Status == 201, placed.Body);
        return Id(placed);
    }

    private async Task<Reply> Do(
        string method, string path, string? json = null, string? versionOf = null, params (string, string)[] headers)
    {
        using var content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        return await Send(method, path, content, versionOf, headers);
    }

    /// <summary>Calls it, with the version that is there now, and looks whether that is on record.</summary>
    private async Task<Reply> Send(
        string method, string path, HttpContent? content, string? versionOf = null, params (string, string)[] headers)
    {
        var endpoint = _writes.Single(write => write.Endpoint.Method == method && write.Shape.IsMatch(path)).Endpoint;
        var version = headers.Length == 0 && (versionOf is not null || method is "PATCH" or "PUT" or "DELETE")
            ? (await _admin.Get(versionOf ?? path)).ETag : null;
        var before = await OnRecord();
        var reply = await _admin.Send(
            new HttpMethod(method), path, content,
            [Key(), .. headers, .. version is null ? Array.Empty<(string, string)>() : [("If-Match", version)]]);
        Assert.True(reply.Status is >= 200 and < 300, $"{method} {path}: {reply.Status} {reply.Body}");
        _called.Add(endpoint.Name);
        if (await OnRecord() == before)
            _wrong.Add($"{endpoint.Name} is not on record.");
        return reply;
    }

    private async Task<long> OnRecord() => (await shop.Sql.Query(
        "select count(*) from audit.entries where actor = $1 and source = 'http' and request is not null and seq is not null",
        row => row.GetInt64(0), default, new NpgsqlParameter { Value = _actor })).Single();

    private (string, string) Key() => ("Idempotency-Key", string.Create(CultureInfo.InvariantCulture, $"every-{_keys++}"));

    private static string Id(Reply made) => made.Json.GetProperty("id").GetString()!;
}
