using System.Globalization;
using System.Text.Json;
using Doorbuster.IntegrationTests.Orders;
using Doorbuster.Platform;
using Doorbuster.Platform.Audit;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.IntegrationTests.Web;

/// <summary>What administrators do is on record with its effect, and nothing else is.</summary>
public sealed class AuditHttpTests(WholeShop shop) : IClassFixture<WholeShop>
{
    private static int _keys;

    [Fact]
    public async Task Every_write_says_who_did_what_on_what_and_how_it_was_before()
    {
        var admin = await shop.NewPerson(isAdmin: true);
        var tag = shop.Services.GetRequiredService<Ids>().Next().ToString(CultureInfo.InvariantCulture);
        var sku = $"AU-{tag}";

        await Done(admin, "POST", "/api/admin/v1/catalog/categories", $$"""{"name":"c{{tag}}"}""");
        await Done(admin, "POST", "/api/admin/v1/catalog/products",
            $$"""{"title":"A thing","category":"c{{tag}}","variants":[{"sku":"{{sku}}","price":{"amount":100,"currency":"GBP"},"stock":3}]}""");
        var sale = await Done(admin, "POST", "/api/admin/v1/sales",
            $$"""{"sku":"{{sku}}","units":2,"price":{"amount":50,"currency":"GBP"} }""");
        await Done(admin, "PATCH", $"/api/admin/v1/sales/{sale}", """{"state":"paused"}""");
        var coupon = await Done(admin, "POST", "/api/admin/v1/coupon-templates",
            $$"""{"handle":"H{{tag}}","title":"T","claimBy":"codes","currency":"GBP","amount":5,"total":10}""");
        await Done(admin, "POST", $"/api/admin/v1/coupon-templates/{coupon}/codes", """{"count":2}""");
        var packet = await Done(admin, "POST", "/api/admin/v1/red-packets",
            """{"title":"P","amount":10,"currency":"GBP","parts":2,"kind":"equal"}""");
        await Done(admin, "POST", $"/api/admin/v1/red-packets/{packet}/closure");
        var rule = await Done(admin, "POST", "/api/admin/v1/risk/rules",
            $$"""{"name":"r{{tag}}","kind":"value","outcome":"mark","threshold":5,"currency":"GBP"}""");
        await Done(admin, "DELETE", $"/api/admin/v1/risk/rules/{rule}");
        var endpoint = await Done(admin, "POST", "/api/admin/v1/webhook-endpoints",
            $$"""{"url":"https://merchant.example.com/{{tag}}","events":["*"]}""");
        await Done(admin, "PATCH", $"/api/admin/v1/webhook-endpoints/{endpoint}", """{"enabled":false}""");
        await Done(admin, "POST", $"/api/admin/v1/webhook-endpoints/{endpoint}/secret");
        await Done(admin, "DELETE", $"/api/admin/v1/webhook-endpoints/{endpoint}");

        var mine = await Entries(admin, $"actor=usr_{PublicId.Format("usr", admin.Person)[4..]}");
        Assert.Equal(
            [
                ("category.create", $"c{tag}"), ("product.create", sku.ToUpperInvariant()), ("sale.create", sale),
                ("sale.change", sale), ("coupon_template.create", coupon), ("coupon_codes.make", coupon),
                ("red_packet.send", packet), ("red_packet.close", packet), ("risk_rule.create", rule),
                ("risk_rule.remove", rule), ("webhook_endpoint.create", endpoint), ("webhook_endpoint.change", endpoint),
                ("webhook_endpoint.change_secret", endpoint), ("webhook_endpoint.remove", endpoint),
            ],
            mine.Reverse().Select(entry => (Text(entry, "action"), Text(entry, "subject"))));
        var changed = mine.Single(entry => Text(entry, "action") == "sale.change");
        Assert.Equal("""{"state":"Open"}""", changed.GetProperty("before").GetRawText());
        Assert.Equal("""{"state":"Paused"}""", changed.GetProperty("after").GetRawText());
        var removed = mine.Single(entry => Text(entry, "action") == "webhook_endpoint.remove").GetProperty("before");
        Assert.Equal($"https://merchant.example.com/{tag}", Text(removed, "url"));
        var codes = mine.Single(entry => Text(entry, "action") == "coupon_codes.make");
        Assert.Equal("""{"codes":0}{"codes":2,"made":2}""", codes.GetProperty("before").GetRawText() + codes.GetProperty("after").GetRawText());
        Assert.All(mine, entry => Assert.Equal("http", Text(entry, "source")));
        Assert.All(mine, entry => Assert.Contains("127.0.0.1", Text(entry, "address"), StringComparison.Ordinal));
        Assert.DoesNotContain("whsec_", string.Concat(mine.Select(entry => entry.GetRawText())), StringComparison.Ordinal);
        Assert.True((await admin.Get("/api/admin/v1/audit/verification")).Json.GetProperty("isWhole").GetBoolean());
    }

    [Fact]
    public async Task What_is_refused_or_sent_twice_is_not_on_record_again()
    {
        var admin = await shop.NewPerson(isAdmin: true);
        var rule = $$"""{"name":"twice-{{admin.Person}}","kind":"value","outcome":"mark","threshold":5,"currency":"GBP"}""";
        var key = ("Idempotency-Key", Key());

        var first = await admin.Post("/api/admin/v1/risk/rules", rule, key);
        var again = await admin.Post("/api/admin/v1/risk/rules", rule, key);
        var taken = await admin.Post("/api/admin/v1/risk/rules", rule, ("Idempotency-Key", Key()));
        var nonsense = await admin.Post("/api/admin/v1/risk/rules", "{}", ("Idempotency-Key", Key()));

        Assert.Equal((201, 201, 409, 400), ((int)first.Status, (int)again.Status, (int)taken.Status, (int)nonsense.Status));
        Assert.Single(await Entries(admin, $"actor={PublicId.Format("usr", admin.Person)}"));
    }

    [Fact]
    public async Task The_list_is_filtered_paged_and_exported()
    {
        var admin = await shop.NewPerson(isAdmin: true);
        var me = PublicId.Format("usr", admin.Person);
        for (var i = 0; i < 3; i++)
            await Done(admin, "POST", "/api/admin/v1/risk/rules",
                $$"""{"name":"list-{{i}}-{{admin.Person}}","kind":"value","outcome":"mark","threshold":5,"currency":"GBP"}""");

        var page = (await admin.Get($"/api/admin/v1/audit?actor={me}&limit=2")).Json;
        var rest = (await admin.Get(
            $"/api/admin/v1/audit?actor={me}&limit=2&after={Text(page.GetProperty("page"), "nextCursor")}")).Json;
        Assert.Equal((2, 1), (page.GetProperty("data").GetArrayLength(), rest.GetProperty("data").GetArrayLength()));
        Assert.False(rest.GetProperty("page").GetProperty("hasMore").GetBoolean());
        Assert.Equal(3, (await Entries(admin, $"actor={me}&action=risk_rule")).Count);
        Assert.Equal(3, (await Entries(admin, $"actor={me}&action=risk_rule.create&from=2020-01-01T00:00:00Z")).Count);
        Assert.Empty(await Entries(admin, $"actor={me}&action=risk"));
        Assert.Empty(await Entries(admin, $"actor={me}&until=2020-01-01T00:00:00Z"));
        var csv = (await admin.Get($"/api/admin/v1/audit/file?actor={me}")).Body.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, csv.Length);
        Assert.StartsWith("seq,at,actor", csv[0], StringComparison.Ordinal);
        Assert.Equal("invalid_cursor", Text((await admin.Get("/api/admin/v1/audit?after=x")).Json, "code"));
        Assert.Equal(403, (int)(await (await shop.NewPerson()).Get("/api/admin/v1/audit")).Status);
    }

    [Fact]
    public async Task A_dead_letter_is_listed_sent_again_or_dropped_once_and_that_is_on_record()
    {
        var admin = await shop.NewPerson(isAdmin: true);
        var type = $"Nothing{admin.Person}";
        await using (var die = shop.Sql.CreateCommand(
            $$"""
            insert into messaging.dead_letters (id, consumer, type, body, error, attempts, made_at, died_at)
            select n, 'nobody.there', '{{type}}', '{"n":1}', 'broken', 8, now(), now() - n * interval '1 second'
            from generate_series(9000001, 9000003) n
            """))
            await die.ExecuteNonQueryAsync();

        var page = (await admin.Get($"/api/admin/v1/dead-letters?type={type}&limit=2")).Json;
        var rest = (await admin.Get(
            $"/api/admin/v1/dead-letters?type={type}&limit=2&after={Text(page.GetProperty("page"), "nextCursor")}")).Json;
        Assert.Equal(["9000001", "9000002"], page.GetProperty("data").EnumerateArray().Select(letter => Text(letter, "id")));
        Assert.Equal(["9000003"], rest.GetProperty("data").EnumerateArray().Select(letter => Text(letter, "id")));
        Assert.False(page.GetProperty("data")[0].TryGetProperty("body", out _));

        const string letters = "/api/admin/v1/dead-letters/nobody.there";
        Assert.Equal(1, (await admin.Get($"{letters}/9000001")).Json.GetProperty("body").GetProperty("n").GetInt32());
        Assert.Equal(204, (int)(await admin.Post($"{letters}/9000001/retry")).Status);
        Assert.Equal(404, (int)(await admin.Post($"{letters}/9000001/retry")).Status);
        Assert.Equal(204, (int)(await admin.Send(HttpMethod.Delete, $"{letters}/9000002")).Status);
        Assert.Equal(404, (int)(await admin.Send(HttpMethod.Delete, $"{letters}/9000002")).Status);
        Assert.Equal(
            ["dead_letter.drop nobody.there/9000002", "dead_letter.retry nobody.there/9000001"],
            (await Entries(admin, $"actor={PublicId.Format("usr", admin.Person)}"))
                .Select(entry => $"{Text(entry, "action")} {Text(entry, "subject")}"));
        var dropped = Assert.Single(await Entries(admin, "subject=nobody.there/9000002")).GetProperty("before");
        Assert.Equal((type, "broken"), (Text(dropped, "type"), Text(dropped, "error")));
    }

    private static string Key() => $"audit-{Interlocked.Increment(ref _keys)}";

    /// <summary>The id in the answer, or the last part of the path.</summary>
    private static async Task<string> Done(Caller admin, string method, string path, string? json = null)
    {
        // Whatever the version is: it is the test's own thing.
        var version = method is "PATCH" or "PUT" or "DELETE" ? (await admin.Get(path)).ETag : null;
        var reply = await admin.Send(
            new HttpMethod(method), path, json, [("Idempotency-Key", Key()), .. version is null
                ? Array.Empty<(string, string)>() : [("If-Match", version)]]);
        Assert.True((int)reply.Status is >= 200 and < 300, $"{method} {path}: {reply.Status} {reply.Body}");
        return reply.Body.Length > 0 && reply.Json.TryGetProperty("id", out var id) ? id.GetString()!
            : reply.Body.Length > 0 && reply.Json.TryGetProperty("endpoint", out var inner) ? inner.GetProperty("id").GetString()!
            : path.Split('/')[^1];
    }

    private static async Task<IReadOnlyList<JsonElement>> Entries(Caller admin, string query) =>
        [.. (await admin.Get($"/api/admin/v1/audit?{query}")).Json.GetProperty("data").EnumerateArray()];

    private static string Text(JsonElement entry, string name) => entry.GetProperty(name).GetString()!;
}

/// <summary>From another database the note leaves as a message, and is on record once.</summary>
public sealed class AuditOnShardsTests(ShardedShop shards) : IClassFixture<ShardedShop>
{
    [Fact]
    public async Task A_write_in_another_database_comes_into_the_one_log()
    {
        var shop = shards.Shop;
        var (me, admin) = (shop.NewShopper(), await shop.NewAdmin());
        var (sku, _) = await shop.NewStock(10);
        var order = (await me.Post("/api/v1/orders", $$"""{"lines":[{"sku":"{{sku}}","quantity":1}]}""", "audit-1")).Id;
        Assert.True(PublicId.TryParse("ord", order, out var number));
        await shop.Say(new Contracts.Payments.PaymentCaptured
        {
            Payment = shop.Services.GetRequiredService<Ids>().NextFor(me.Person),
            Order = number,
            Person = me.Person,
            AmountMinor = OrderShop.PriceMinor,
            Currency = "GBP",
            CapturedAt = DateTimeOffset.UnixEpoch,
        });
        await Eventually.IsTrue(async () => await me.StateOf(order) == "paid", "the order is paid");

        Assert.Equal(200, (await admin.Post($"/api/admin/v1/orders/{order}/shipment", """{"carrier":"Post"}""")).Status);

        await Eventually.IsTrue(async () => (await Entries()).Length == 1, "the shipment is on record");
        var entry = (await Entries())[0];
        Assert.Equal("order.ship", entry.GetProperty("action").GetString());
        Assert.Equal(PublicId.Format("usr", admin.Person), entry.GetProperty("actor").GetString());
        Assert.Equal("paid", entry.GetProperty("before").GetProperty("state").GetString());
        Assert.Equal("Post", entry.GetProperty("after").GetProperty("carrier").GetString());
        Assert.Null((await shop.Services.GetRequiredService<AuditStore>().Verify(null, CancellationToken.None)).Broken);

        async Task<JsonElement[]> Entries() =>
            [.. (await admin.Get($"/api/admin/v1/audit?subject={order}")).Json.GetProperty("data").EnumerateArray()];
    }

    [Fact]
    public async Task A_bucket_that_was_moved_from_the_command_line_is_on_record()
    {
        var services = shards.Shop.Services;

        await AtTheMachine(() => services.GetRequiredService<Doorbuster.Orders.Sharding.ShardMover>().Move(5, 1, CancellationToken.None));

        var entry = Assert.Single(await services.GetRequiredService<AuditStore>().List(
            new(Action: "bucket.move"), long.MaxValue, 10, CancellationToken.None));
        Assert.Equal(("5", "command"), (entry.Subject, entry.Source));
    }

    private static async Task AtTheMachine(Func<Task> work)
    {
        Actor.Begin(Actor.Local("doorbuster test"));
        await work();
    }
}
