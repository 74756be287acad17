using System.Text;
using System.Text.Json;
using Doorbuster.Catalog.PriceLists;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Postgres;
using Doorbuster.Tests.Web;
using Microsoft.Extensions.DependencyInjection;
using static Doorbuster.IntegrationTests.Catalog.MemberShop;

namespace Doorbuster.IntegrationTests.Catalog;

/// <summary>Making and changing price lists, over HTTP and as files.</summary>
public sealed class PriceListTests(MemberShop shop) : IClassFixture<MemberShop>, IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    public async ValueTask InitializeAsync() => await shop.Begin();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_list_is_made_once_changed_by_version_and_removed_with_its_prices()
    {
        var body = new { code = "tea", name = "Trade", currency = "GBP", group = "trade", priority = 3, from = "2026-01-01T00:00:00Z" };
        var made = await shop.Send(HttpMethod.Post, Lists, body, key: "once");
        Assert.Equal((201, $"{Lists}/tea", "\"1\""), (made.Status, made.Headers["Location"], made.Headers["ETag"]));
        Assert.Equal("true", (await shop.Send(HttpMethod.Post, Lists, body, key: "once")).Headers["Idempotent-Replayed"]);
        Assert.Equal((409, "price_list_taken"), Refusal(await shop.Send(HttpMethod.Post, Lists, body)));
        Assert.Equal((422, "unknown_customer_group"), Refusal(await shop.Send(
            HttpMethod.Post, Lists, new { code = "u", name = "U", currency = "GBP", group = "nobody" })));

        var change = new { name = "Trade", group = "trade", active = false };
        Assert.Equal((428, "catalog_version_required"), Refusal(await shop.Send(HttpMethod.Put, $"{Lists}/tea", change)));
        Assert.Equal((412, "catalog_version_outdated"), Refusal(await shop.Send(HttpMethod.Put, $"{Lists}/tea", change, "\"7\"")));
        Assert.Equal((422, "unknown_customer_group"), Refusal(await shop.Send(
            HttpMethod.Put, $"{Lists}/tea", new { name = "Trade", group = "nobody" }, "\"1\"")));
        var changed = await shop.Send(HttpMethod.Put, $"{Lists}/tea", change, "\"1\"");
        Assert.Equal((200, "\"2\"", false, 0, JsonValueKind.Null),
            (changed.Status, changed.Headers["ETag"], changed.Json.GetProperty("active").GetBoolean(),
                changed.Json.GetProperty("priority").GetInt32(), changed.Json.GetProperty("from").ValueKind));
        Assert.Equal("\"2\"", (await shop.Send(HttpMethod.Put, $"{Lists}/tea", change, "\"2\"")).Headers["ETag"]);    // the same
        Assert.Equal((404, "price_list_not_found"), Refusal(await shop.Send(HttpMethod.Put, $"{Lists}/none", change, "\"1\"")));

        var price = $"{Lists}/tea/prices/mug";
        Assert.Equal((412, "catalog_version_outdated"), Refusal(await Set(price, 15_00, "\"1\"")));
        Assert.Equal((428, "catalog_version_required"), Refusal(await Set(price, 15_00, null)));
        var set = await Set(price, 15_00, "\"2\"");
        Assert.Equal((200, "\"3\"", "MUG", 15_00L, 20_00L),
            (set.Status, set.Headers["ETag"], set.Json.GetProperty("sku").GetString(), Amount(set.Json, "price"), Amount(set.Json, "listPrice")));
        Assert.Equal("\"3\"", (await Set(price, 15_00, "\"3\"")).Headers["ETag"]);    // the same: no change
        Assert.Equal((404, "product_not_found"), Refusal(await Set($"{Lists}/tea/prices/NOTHING", 1, "\"3\"")));
        Assert.Equal((409, "price_list_currency"), Refusal(await Set($"{Lists}/tea/prices/CAP", 1, "\"3\"")));
        Assert.Equal("invalid_request", (await shop.Send(
            HttpMethod.Put, price, new { price = new { amount = 1, currency = "EUR" } }, "\"3\"")).Code);
        Assert.Equal(200, (await Set($"{Lists}/tea/prices/HAT", 8_00, "\"3\"")).Status);
        Assert.Equal(204, (await shop.Send(HttpMethod.Delete, $"{Lists}/tea/prices/HAT", version: "\"4\"")).Status);
        Assert.Equal((404, "product_not_found"), Refusal(await shop.Send(HttpMethod.Delete, $"{Lists}/tea/prices/HAT", version: "\"5\"")));
        Assert.Equal(1, (await shop.Send(HttpMethod.Get, $"{Lists}/tea")).Json.GetProperty("prices").GetInt64());

        var changes = (await shop.Send(HttpMethod.Get, "/api/admin/v1/catalog/changes?kind=price_list&subject=tea")).Json
            .GetProperty("data").EnumerateArray().ToList();
        Assert.Equal(5, changes.Count);    // made, changed, two prices set, one taken out: what was refused left no trace
        Assert.Contains(changes, change => change.GetProperty("after").TryGetProperty("prices", out var none)
            && none.ToString() == "{}"
            && change.GetProperty("before").GetProperty("prices").GetProperty("HAT").GetProperty("amount").GetInt64() == 8_00);

        Assert.Equal((412, "catalog_version_outdated"), Refusal(await shop.Send(HttpMethod.Delete, $"{Lists}/tea", version: "\"4\"")));
        Assert.Equal(204, (await shop.Send(HttpMethod.Delete, $"{Lists}/tea", version: "\"5\"")).Status);
        Assert.Equal((404, "price_list_not_found"), Refusal(await shop.Send(HttpMethod.Get, $"{Lists}/tea/prices")));
        Assert.Equal(0, await Count("catalog.list_prices"));
    }

    public static TheoryData<string, string> Nonsense => new()
    {
        { "", "body" }, { "{}", "code" }, { Of(code: "\"\""), "code" }, { Of(code: "\"T T\""), "code" }, { Of(code: "7"), "code" },
        { Of(name: "\"\""), "name" }, { Of(name: "\" \""), "name" }, { Of(name: "\"a\\nb\""), "name" }, { Of(name: "null"), "name" },
        { Of(currency: "\"gbp\""), "currency" }, { Of(currency: "\"XYZ\""), "currency" }, { Of(group: "\"\""), "group" },
        { Of(more: "\"priority\":1001"), "priority" }, { Of(more: "\"priority\":1.5"), "priority" },
        { Of(more: "\"priority\":99999999999"), "priority" }, { Of(more: "\"active\":\"yes\""), "active" },
        { Of(more: "\"from\":\"tomorrow\""), "from" }, { Of(more: "\"from\":\"0001-01-01T00:00:00Z\""), "from" },
        { Of(more: "\"from\":\"2030-01-02T00:00:00Z\",\"until\":\"2030-01-02T00:00:00Z\""), "until" },
        { Of(more: "\"colour\":\"red\""), "colour" }, { Of(more: "\"code\":\"t\""), "code" },
    };

    [Theory, MemberData(nameof(Nonsense))]
    public async Task Nonsense_gets_400_that_names_the_field_and_makes_nothing(string body, string field)
    {
        var answer = await shop.Send(HttpMethod.Post, Lists, body);
        Assert.Equal((400, "invalid_request"), Refusal(answer));
        Assert.Contains(field, answer.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name));
        Assert.Equal(0, await Count("catalog.price_lists"));
    }

    [Fact]
    public async Task Prices_that_are_none_and_addresses_that_lead_nowhere_change_nothing()
    {
        await shop.MakeList("t", "trade", [("MUG", 15_00)]);
        var tag = await shop.Tag($"{Lists}/t");
        foreach (var body in new[]
        {
            "{}", """{"price":null}""", """{"price":{"amount":0,"currency":"GBP"}}""", """{"price":{"amount":-1,"currency":"GBP"}}""",
            """{"price":{"amount":1.5,"currency":"GBP"}}""", """{"price":{"amount":99999999999,"currency":"GBP"}}""",
            """{"price":{"amount":1,"currency":"gbp"}}""", """{"price":{"amount":1}}""",
        })
            Assert.Equal((400, "invalid_request"), Refusal(await shop.Send(HttpMethod.Put, $"{Lists}/t/prices/MUG", body, tag)));
        Assert.Equal((404, "price_list_not_found"), Refusal(await Set($"{Lists}/T%20T/prices/MUG", 1, tag)));
        Assert.Equal((404, "product_not_found"), Refusal(await Set($"{Lists}/t/prices/..mug", 1, tag)));
        Assert.Equal("invalid_cursor", (await shop.Send(HttpMethod.Get, $"{Lists}?after=X")).Code);
        Assert.Equal("invalid_cursor", (await shop.Send(HttpMethod.Get, $"{Lists}/t/prices?after=X")).Code);
        Assert.Equal(400, (await shop.Send(HttpMethod.Get, $"{Lists}?limit=101")).Status);
        foreach (var (who, status) in new[] { ("ada", 403), ("guest", 401) })
            Assert.Equal(status, (await shop.Look(Lists, who)).Status);
        Assert.Equal(tag, await shop.Tag($"{Lists}/t"));
    }

    [Fact]
    public async Task Of_two_who_change_the_same_version_exactly_one_does_and_the_shop_has_200_lists_at_most()
    {
        await shop.MakeList("t", "trade", []);
        for (var round = 1; round <= 3; round++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i =>
                Set($"{Lists}/t/prices/{(i % 2 == 0 ? "MUG" : "HAT")}", 100 + (10 * round) + i, $"\"{round}\"")));
            Assert.Single(answers, answer => answer.Status == 200);
            Assert.Equal(5, answers.Count(answer => answer.Code == "catalog_version_outdated"));
        }
        await shop.Database.Sql.Execute(
            """
            insert into catalog.price_lists (id, code, name, currency, group_code, priority, is_active, updated_at)
            select n, 'n' || n, 'N', 'GBP', 'trade', 0, true, now() from generate_series(1, 199) n
            """, None);
        Assert.Equal((409, "too_many_price_lists"), Refusal(await shop.Send(
            HttpMethod.Post, Lists, new { code = "more", name = "More", currency = "GBP", group = "trade" })));
    }

    [Fact]
    public async Task Lists_and_their_prices_are_read_in_pages_that_miss_nothing()
    {
        await shop.MakeGroup("gold");
        await shop.MakeList("a", "trade", [("MUG", 1), ("MUG-L", 2), ("HAT", 3)]);
        await shop.MakeList("b", "gold", []);
        await shop.MakeList("c", "trade", []);
        Assert.Equal(["a", "b", "c"], await All(Lists, "code"));
        Assert.Equal(["a", "c"], await All($"{Lists}?group=trade", "code"));
        Assert.Equal(["HAT", "MUG", "MUG-L"], (await All($"{Lists}/a/prices", "sku")).Order());

        async Task<List<string>> All(string path, string field)
        {
            path += path.Contains('?', StringComparison.Ordinal) ? "&limit=1" : "?limit=1";
            var (seen, next) = (new List<string>(), (string?)path);
            while (next is not null)
            {
                var page = (await shop.Send(HttpMethod.Get, next)).Json;
                seen.AddRange(page.GetProperty("data").EnumerateArray().Select(row => row.GetProperty(field).GetString()!));
                next = page.GetProperty("page").GetProperty("nextCursor").GetString() is { } cursor ? $"{path}&after={cursor}" : null;
            }
            return seen;
        }
    }

    [Fact]
    public async Task What_is_exported_is_imported_again_and_a_wrong_line_writes_nothing()
    {
        await shop.MakeList("low", "trade", [("MUG", 15_00), ("HAT", 8_50)], priority: -5, until: new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await shop.MakeList("empty", "trade", []);
        var file = await Export();
        Assert.Equal(new PriceListReport(0, 0, 0, 0), await Import(file));
        await shop.Database.Sql.Execute("truncate catalog.price_lists cascade", None);
        Assert.Equal(new PriceListReport(2, 0, 2, 0), await Import(file));
        Assert.Equal(file, await Export());

        foreach (var (wrong, line) in new[]
        {
            ("code,name\nnew,New", "line 2"), ("code,name,currency,group\nnew,New,GBP,nobody", "line 2"), ("code\nLow", "line 2"),
            ("code,currency\nlow,EUR", "line 2"), ("code,sku,price\nlow,MUG,15.00\nlow,NOTHING,1.00", "line 3"),
            ("code,sku,price\nlow,CAP,1.00", "line 2"), ("code,sku,price\nlow,MUG,1.005", "line 2"), ("code,sku,price\nlow,MUG,-1", "line 2"),
            ("code,sku,price\nlow,MUG,1.00\nlow,mug,2.00", "line 3"), ("code,sku,price\nlow,,2.00", "line 2"),
            ("code,priority\nlow,high", "line 2"), ("code,priority\nlow,1\nlow,2", "line 3"), ("code,active\nlow,perhaps", "line 2"),
            ("code,from\nlow,2031-01-01T00:00:00", "line 2"), ("code,from,until\nlow,2030-01-02T00:00:00Z,2030-01-01T00:00:00Z", "line 2"),
            ("code,colour\nlow,red", "colour"), ("sku,price\nMUG,1.00", "header"),
        })
            Assert.Contains(
                line, (await Assert.ThrowsAsync<FormatException>(() => Import(wrong))).Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(file, await Export());

        Assert.Equal(new PriceListReport(1, 1, 2, 1), await Import(
            "code,name,currency,group,active,sku,price\nlow,Lower,,,no,MUG,\nlow,,,,,HAT,8.00\nnew,New,GBP,trade,,MUG-L,20.00\n"));
        var low = (await shop.Send(HttpMethod.Get, $"{Lists}/low")).Json;
        Assert.Equal(("Lower", false, -5, 1L), (low.GetProperty("name").GetString(), low.GetProperty("active").GetBoolean(),
            low.GetProperty("priority").GetInt32(), low.GetProperty("prices").GetInt64()));
        Assert.Equal(2030, low.GetProperty("until").GetDateTimeOffset().Year);    // the file did not speak of it
    }

    [Fact]
    public async Task A_variant_that_is_removed_is_in_no_list()
    {
        await shop.MakeList("t", "trade", [("MUG", 15_00), ("MUG-L", 15_00)]);
        Assert.Equal(200, (await shop.Send(
            HttpMethod.Delete, "/api/admin/v1/catalog/variants/MUG-L", version: await shop.Tag("/api/admin/v1/catalog/products/MUG"))).Status);
        Assert.Equal(1, await Count("catalog.list_prices"));
    }

    private static string Of(
        string code = "\"t\"", string name = "\"T\"", string currency = "\"GBP\"", string group = "\"trade\"", string? more = null) =>
        $$"""{"code":{{code}},"name":{{name}},"currency":{{currency}},"group":{{group}}{{(more is null ? "" : "," + more)}}}""";

    private Task<TinyShop.Answer> Set(string path, long amount, string? version) =>
        shop.Send(HttpMethod.Put, path, new { price = CatalogShop.Pounds(amount) }, version);

    private static (int, string?) Refusal(TinyShop.Answer answer) => (answer.Status, answer.Code);

    private static long Amount(JsonElement json, string field) => json.GetProperty(field).GetProperty("amount").GetInt64();

    private async Task<long> Count(string table) =>
        (await shop.Database.Sql.Query($"select count(*) from {table}", row => row.GetInt64(0), None)).Single();

    private async Task<string> Export()
    {
        using var stream = new MemoryStream();
        await CsvExport.WriteTo(
            stream, PriceListCsv.Header, shop.Shop.Services.GetRequiredService<PriceListCsv>().Rows(None), None);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private Task<PriceListReport> Import(string text) =>
        shop.Shop.Services.GetRequiredService<PriceListCsv>().Import(new StringReader(text), None);
}
