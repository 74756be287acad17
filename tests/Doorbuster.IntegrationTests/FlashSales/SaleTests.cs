using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Embedded;
using Npgsql;

namespace Doorbuster.IntegrationTests.FlashSales;

[Collection(nameof(SaleShop))]
public sealed class SaleTests(SaleShop shop)
{
    [Fact]
    public async Task A_new_sale_is_shown_to_everybody_and_described()
    {
        var sale = await shop.Sale(units: 100, limit: 2, opens: "+1h", closes: "+2h");

        var state = await shop.State(sale);
        Assert.Equal("announced", state.GetProperty("phase").GetString());
        Assert.Equal("plenty", state.GetProperty("stockBand").GetString());
        Assert.Equal((2, 1), (state.GetProperty("limitPerPerson").GetInt32(), state.GetProperty("version").GetInt32()));
        using var got = await Get($"/{sale}");
        Assert.Equal("MIDNIGHT-MUG", (await SaleShop.Json(got)).GetProperty("sku").GetString());
        Assert.Contains(sale, Ids(await SaleShop.Json(await Get("?limit=100"))));
    }

    [Fact]
    public async Task The_state_may_be_kept_for_a_second_and_is_not_sent_again_to_who_has_it()
    {
        var sale = await shop.Sale(units: 100);
        await Eventually.IsTrue(async () =>
        {
            using var first = await Get($"/{sale}/state");
            var kept = first.Headers.CacheControl!;
            var second = TimeSpan.FromSeconds(1);
            Assert.Equal((true, second, second), (kept.Public, kept.MaxAge, kept.SharedMaxAge));
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/sales/{sale}/state");
            request.Headers.Add("If-None-Match", first.Headers.ETag!.Tag);
            using var again = await shop.Shop.Client.SendAsync(request);
            return again.StatusCode == HttpStatusCode.NotModified;    // unless a second ended in between
        }, "304 within the same second");
    }

    [Fact]
    public async Task A_sale_opens_by_the_clock_alone()
    {
        var (sale, buyer) = (await shop.Sale(units: 5, opens: "+2s"), shop.NewBuyer());
        Assert.Equal("not_open", await SaleShop.Conflict(await shop.Claim(buyer, sale)));

        await Eventually.IsTrue(async () =>
        {
            using var answer = await shop.Claim(buyer, sale);
            return answer.StatusCode == HttpStatusCode.Created;
        }, "the sale opens", TimeSpan.FromSeconds(5));
        await Eventually.IsTrue(async () => await shop.Phase(sale) == "open", "the state says open");
    }

    [Fact]
    public async Task The_time_is_never_kept()
    {
        using var answer = await shop.Shop.Client.GetAsync(new Uri("/api/v1/time", UriKind.Relative));

        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.EndsWith("Z", (await SaleShop.Json(answer)).GetProperty("now").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_names_the_version_it_was_thought_for()
    {
        var sale = await shop.Sale(units: 5);

        using var unread = await shop.Admin.PatchAsJsonAsync($"/api/admin/v1/sales/{sale}", new { units = 6 });
        Assert.Equal("version_required", await SaleShop.Refused(HttpStatusCode.PreconditionRequired, unread));
        using (var changed = await shop.Change(sale, new { units = 6 }, "\"1\""))
            Assert.Equal("\"2\"", changed.Headers.ETag!.Tag);
        Assert.Equal("version_outdated", await SaleShop.Refused(
            HttpStatusCode.PreconditionFailed, await shop.Change(sale, new { units = 7 }, "\"1\"")));
        Assert.Equal(6, (await shop.Audit(sale)).GetProperty("offered").GetInt32());
    }

    [Fact]
    public async Task Of_two_changes_at_once_one_wins()
    {
        var sale = await shop.Sale(units: 5);
        var answers = await Task.WhenAll(
            Enumerable.Range(6, 8).Select(units => shop.Change(sale, new { units }, "\"1\"")));

        var won = Assert.Single(answers, a => a.IsSuccessStatusCode);
        Assert.All(answers.Where(a => a != won), a => Assert.Equal(HttpStatusCode.PreconditionFailed, a.StatusCode));
        var units = (await SaleShop.Json(won)).GetProperty("units").GetInt32();
        Assert.Equal(units, (await shop.Audit(sale)).GetProperty("offered").GetInt32());
    }

    [Fact]
    public async Task Units_that_are_taken_cannot_be_withdrawn_and_more_can_be_added()
    {
        var (sale, buyer) = (await shop.Sale(units: 3), shop.NewBuyer());
        (await shop.Claim(buyer, sale, body: """{"quantity":3}""")).Dispose();

        Assert.Equal("units_taken", await SaleShop.Conflict(await shop.Change(sale, new { units = 2 })));
        Assert.Equal("sold_out", await SaleShop.Conflict(await shop.Claim(shop.NewBuyer(), sale)));
        using var read = await shop.Admin.GetAsync(new Uri($"/api/admin/v1/sales/{sale}", UriKind.Relative));
        var after = await SaleShop.Json(read);
        Assert.Equal((3, false), (after.GetProperty("units").GetInt32(), after.GetProperty("pending").GetBoolean()));

        (await shop.Change(sale, new { units = 4 })).EnsureSuccessStatusCode().Dispose();
        await Eventually.IsTrue(async () =>
        {
            using var answer = await shop.Claim(shop.NewBuyer(), sale);
            return answer.StatusCode == HttpStatusCode.Created;
        }, "the added unit sells");
        Assert.True((await shop.Audit(sale)).GetProperty("clean").GetBoolean());
    }

    [Fact]
    public async Task A_closed_sale_stays_closed()
    {
        var sale = await shop.Sale(units: 5);
        (await shop.Change(sale, new { state = "closed" })).EnsureSuccessStatusCode().Dispose();

        Assert.Equal("sale_ended", await SaleShop.Conflict(await shop.Change(sale, new { state = "open" })));
        Assert.Equal("ended", await shop.Phase(sale));
    }

    [Fact]
    public async Task The_same_request_makes_one_sale()
    {
        var (key, body) = (shop.NewKey(), new { sku = "MIDNIGHT-MUG", units = 5, price = SaleShop.Price() });
        var first = await SaleShop.Json(await shop.PostSale(body, key));
        using var again = await shop.PostSale(body, key);

        Assert.Equal(["true"], again.Headers.GetValues("Idempotent-Replayed"));
        Assert.Equal(first.GetProperty("id").GetString(), (await SaleShop.Json(again)).GetProperty("id").GetString());
        var other = new { sku = "MIDNIGHT-MUG", units = 5, price = new { amount = 1, currency = "GBP" } };
        Assert.Equal("idempotency_key_reused", await SaleShop.Refused(
            HttpStatusCode.UnprocessableEntity, await shop.PostSale(other, key)));
    }

    [Theory]
    [InlineData(""" "units":0,"price":{"amount":1,"currency":"GBP"} """, "units")]
    [InlineData(""" "units":1,"price":{"amount":0,"currency":"GBP"} """, "price.amount")]
    [InlineData(""" "units":1,"price":{"amount":1,"currency":"gbp"} """, "price.currency")]
    [InlineData(""" "units":1,"price":{"amount":1,"currency":"GBP"},"opensAt":"soon" """, "opensAt")]
    [InlineData(""" "units":1,"price":{"amount":1,"currency":"GBP"},"closesAt":"now" """, "closesAt")]
    [InlineData(""" "units":1,"price":{"amount":1,"currency":"GBP"},"holdSeconds":5 """, "holdSeconds")]
    [InlineData(""" "units":1,"price":{"amount":1,"currency":"GBP"},"limitPerPerson":0 """, "limitPerPerson")]
    [InlineData(""" "units":1,"price":{"amount":1,"currency":"GBP"},"colour":"red" """, "colour")]
    [InlineData(""" "price":{"amount":1,"currency":"GBP"} """, "units")]
    public async Task A_sale_that_makes_no_sense_is_refused_and_the_field_named(string rest, string field)
    {
        var body = $$"""{"sku":"MIDNIGHT-MUG",{{rest}}}""";
        using var answer = await shop.PostSale(JsonDocument.Parse(body).RootElement);
        var problem = await SaleShop.Json(answer);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("invalid_request", problem.GetProperty("code").GetString());
        Assert.Equal([field], problem.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    [Fact]
    public async Task Only_what_is_in_the_catalog_and_only_by_an_administrator()
    {
        Assert.Equal("unknown_variant", await SaleShop.Refused(HttpStatusCode.UnprocessableEntity, await shop.PostSale(
            new { sku = "NO-SUCH", units = 1, price = SaleShop.Price() })));
        using var buyer = shop.NewBuyer();
        using var curious = await buyer.GetAsync(new Uri("/api/admin/v1/sales", UriKind.Relative));
        Assert.Equal("forbidden", await SaleShop.Refused(HttpStatusCode.Forbidden, curious));
    }

    [Fact]
    public async Task Pages_of_sales_follow_each_other()
    {
        for (var i = 0; i < 3; i++)
            await shop.Sale(units: 1);

        var first = await SaleShop.Json(await Get("?limit=2"));
        var page = first.GetProperty("page");
        var next = await SaleShop.Json(await Get($"?limit=2&after={page.GetProperty("nextCursor").GetString()}"));

        Assert.True(page.GetProperty("hasMore").GetBoolean());
        Assert.Empty(Ids(first).Intersect(Ids(next)));
        Assert.Equal("invalid_cursor", await SaleShop.Refused(HttpStatusCode.BadRequest, await Get("?after=x")));
        Assert.Equal("invalid_request", await SaleShop.Refused(HttpStatusCode.BadRequest, await Get("?limit=101")));
    }

    [Fact]
    public async Task A_sale_left_half_made_is_finished()
    {
        var whole = await shop.Sale(units: 7);
        Assert.True(PublicId.TryParse("sal", whole, out var number));
        await using (var db = NpgsqlDataSource.Create(shop.Shop.Status.Postgres.ConnectionString))
        await using (var copy = db.CreateCommand(
            """
            insert into flash_sales.sales (id, sku, title, units, price_minor, currency, hold_s, opens_at, made_at)
            select id + 1, sku, title, units, price_minor, currency, hold_s, opens_at, made_at
            from flash_sales.sales where id = $1
            """))
        {
            copy.Parameters.Add(new() { Value = number });
            Assert.Equal(1, await copy.ExecuteNonQueryAsync());
        }

        var half = PublicId.Format("sal", number + 1);
        await Eventually.IsTrue(async () =>
        {
            using var answer = await shop.Claim(shop.NewBuyer(), half);
            return answer.StatusCode == HttpStatusCode.Created;
        }, "somebody finished it");
        Assert.True((await shop.Audit(half)).GetProperty("clean").GetBoolean());
    }

    [Fact]
    public async Task The_command_line_makes_changes_and_counts_a_sale()
    {
        var made = await shop.Shop.Ask("sale", "create", "--product", "MIDNIGHT-MUG", "--units", "3", "--limit", "1",
            "--price", "9.99", "--opens", "+1h", "--closes", "+2h", "--hold", "10m");
        var id = made.GetProperty("id").GetString()!;
        Assert.Equal((999, 600, "announced"), (made.GetProperty("price").GetProperty("amount").GetInt32(),
            made.GetProperty("holdSeconds").GetInt32(), made.GetProperty("phase").GetString()));

        Assert.Equal("open", (await shop.Shop.Ask("sale", "open", id)).GetProperty("phase").GetString());
        Assert.Equal("paused", (await shop.Shop.Ask("sale", "pause", id)).GetProperty("phase").GetString());
        Assert.Equal("open", (await shop.Shop.Ask("sale", "resume", id)).GetProperty("phase").GetString());
        Assert.Equal(5, (await shop.Shop.Ask("sale", "add-units", id, "2")).GetProperty("units").GetInt32());
        await Eventually.IsTrue(async () =>
        {
            using var answer = await shop.Claim(shop.NewBuyer(), id);
            return answer.StatusCode == HttpStatusCode.Created;
        }, "the running shop has heard that the sale is open");

        var audit = await shop.Shop.Ask("sale", "audit", id);
        string[] counts = ["offered", "held", "kept", "free", "drift"];
        Assert.Equal([5, 1, 0, 4, 0], counts.Select(name => audit.GetProperty(name).GetInt32()));
        Assert.Equal("ended", (await shop.Shop.Ask("sale", "close", id)).GetProperty("phase").GetString());
    }

    [Fact]
    public async Task The_command_line_says_what_is_wrong_by_its_exit_code()
    {
        Assert.Equal(ExitCode.NotFound, await Code("sale audit sal_0000000000000"));
        Assert.Equal(ExitCode.NotFound, await Code("sale create --product NO-SUCH --units 1 --price 1"));
        Assert.Equal(ExitCode.Usage, await Code("sale create --product MIDNIGHT-MUG --units 0 --price 1"));
        Assert.Equal(ExitCode.Usage, await Code("sale create --product MIDNIGHT-MUG --units 1 --price 1 --opens soon"));
    }

    [Fact]
    public async Task An_audit_while_the_gate_hangs_says_that_it_does_not_know()
    {
        var sale = await shop.Sale(units: 5);
        (await shop.Claim(shop.NewBuyer(), sale)).Dispose();    // so that there is a gate to ask
        var gate = shop.Shop.Status.RedisGate.ProcessId;

        Unix.Signal(gate, Stop);
        try
        {
            var (code, output, errors) = await RunningShop.Run(
                "sale", "audit", sale, "--json", "--data", shop.Shop.Folder!);
            Assert.Equal(ExitCode.DependencyAway, code);
            Assert.Equal(JsonValueKind.Null, JsonDocument.Parse(output).RootElement.GetProperty("drift").ValueKind);
            Assert.Contains("Redis", errors, StringComparison.Ordinal);
        }
        finally
        {
            Unix.Signal(gate, Continue);
        }
        await Eventually.IsTrue(async () => await Code($"sale audit {sale}") == ExitCode.Ok, "the gate answers again");
    }

    private const int Stop = 19;
    private const int Continue = 18;

    private Task<HttpResponseMessage> Get(string rest) =>
        shop.Shop.Client.GetAsync(new Uri("/api/v1/sales" + rest, UriKind.Relative));

    private static IEnumerable<string?> Ids(JsonElement page) =>
        page.GetProperty("data").EnumerateArray().Select(sale => sale.GetProperty("id").GetString());

    private async Task<int> Code(string command) =>
        (await RunningShop.Run([.. command.Split(' '), "--data", shop.Shop.Folder!])).ExitCode;
}
