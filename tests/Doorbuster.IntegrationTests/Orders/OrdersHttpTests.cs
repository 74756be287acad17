using System.Text.Json;
using Doorbuster.Contracts.Claims;
using Doorbuster.Contracts.Orders;
using Doorbuster.Orders;
using Doorbuster.Platform;
using Doorbuster.Platform.Redis;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.IntegrationTests.Orders;

public sealed class OrdersHttpTests(OrderShop shop) : OrdersHttp(shop), IClassFixture<OrderShop>;

public sealed class OrdersHttpOnShardsTests(ShardedShop shop) : OrdersHttp(shop.Shop), IClassFixture<ShardedShop>;

/// <summary>What buyers do with orders, whatever databases have them.</summary>
public abstract class OrdersHttp(OrderShop shop)
{
    private int _keys;

    [Fact]
    public async Task A_claim_is_an_order_at_once_and_in_the_list_within_moments()
    {
        var me = shop.NewShopper();
        var id = await shop.Claim(me, await shop.NewSale(), quantity: 2);

        var order = await me.Get($"/api/v1/orders/{id}");
        Assert.Equal((200, id, "placed"), (order.Status, order.Id, order.Json.GetProperty("state").GetString()));
        Assert.Equal(2 * OrderShop.PriceMinor, order.Json.GetProperty("total").GetProperty("amount").GetInt64());
        Assert.EndsWith("Z", order.Json.GetProperty("payBy").GetString(), StringComparison.Ordinal);

        await Until(async () => Ids(await me.Get("/api/v1/orders")).Contains(id), "the order is in the list");
        Assert.Equal(1, (await me.Get($"/api/v1/orders/{id}")).Json.GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task An_order_over_several_stocks_holds_all_of_them()
    {
        var me = shop.NewShopper();
        var (a, poolA) = await shop.NewStock(10);
        var (b, poolB) = await shop.NewStock(10);

        var placed = await me.Post("/api/v1/orders", Lines((b, 2), (a, 3)), Key());

        Assert.Equal((201, $"/api/v1/orders/{placed.Id}"), (placed.Status, placed.Location));
        Assert.Equal(5 * OrderShop.PriceMinor, placed.Json.GetProperty("total").GetProperty("amount").GetInt64());
        Assert.Equal((7, 8), (await shop.UnitsFree(poolA), await shop.UnitsFree(poolB)));
        Assert.Equal("placed", await me.StateOf(placed.Id));
    }

    [Fact]
    public async Task A_retry_finds_the_same_order_and_other_lines_under_its_key_are_refused()
    {
        var me = shop.NewShopper();
        var (sku, pool) = await shop.NewStock(10);
        var key = Key();

        var first = await me.Post("/api/v1/orders", Lines((sku, 2)), key);
        var again = await me.Post("/api/v1/orders", Lines((sku, 2)), $"\"{key}\"");
        var other = await me.Post("/api/v1/orders", Lines((sku, 3)), key);

        Assert.Equal((201, 201, first.Id), (first.Status, again.Status, again.Id));
        Assert.Equal((422, "idempotency_key_reused"), (other.Status, other.Code));
        Assert.Equal(8, await shop.UnitsFree(pool));
    }

    [Fact]
    public async Task Thirty_twins_at_once_are_one_order()
    {
        var me = shop.NewShopper();
        var (a, poolA) = await shop.NewStock(100);
        var (b, poolB) = await shop.NewStock(100);
        var key = Key();

        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ =>
            me.PostUntilAnswered("/api/v1/orders", Lines((a, 1), (b, 2)), key)));

        Assert.Single(answers.Select(answer => answer.Id).Distinct());
        Assert.Equal((99, 98), (await shop.UnitsFree(poolA), await shop.UnitsFree(poolB)));
    }

    [Fact]
    public async Task All_or_nothing_what_was_taken_goes_back_when_a_line_is_refused_and_the_key_may_try_again()
    {
        var (me, other) = (shop.NewShopper(), shop.NewShopper());
        var (a, poolA) = await shop.NewStock(5);
        var (b, poolB) = await shop.NewStock(5);
        var (c, poolC) = await shop.NewStock(1);
        var blocking = await other.Post("/api/v1/orders", Lines((c, 1)), Key());
        var key = Key();

        var refused = await me.Post("/api/v1/orders", Lines((a, 1), (b, 1), (c, 1)), key);
        Assert.Equal((409, "out_of_stock"), (refused.Status, refused.Code));
        Assert.Contains(c, refused.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal((5, 5), (await shop.UnitsFree(poolA), await shop.UnitsFree(poolB)));
        Assert.Empty(Ids(await me.Get("/api/v1/orders")));

        Assert.Equal(200, (await other.Post($"/api/v1/orders/{blocking.Id}/cancellation")).Status);
        var placed = await Retried(() => me.Post("/api/v1/orders", Lines((a, 1), (b, 1), (c, 1)), key), 201);
        Assert.Equal(
            (4, 4, 0), (await shop.UnitsFree(poolA), await shop.UnitsFree(poolB), await shop.UnitsFree(poolC)));
        Assert.Equal("placed", await me.StateOf(placed.Id));
    }

    [Fact]
    public async Task What_a_crash_left_half_claimed_is_gone_on_with_by_a_retry_or_expires()
    {
        var me = shop.NewShopper();
        var (a, poolA) = await shop.NewStock(5);
        var (b, poolB) = await shop.NewStock(5);
        var key = Key();

        // As the process that died would have claimed the first line.
        DraftLine[] wanted = [.. new[] { Wanted(a, poolA), Wanted(b, poolB) }.OrderBy(line => line.StockPool)];
        var half = await shop.Claims.Claim(
            new ClaimRequest(
                wanted[0].StockPool, me.Person, 1, OrderDesk.ClaimKey(key, 0, wanted), TimeSpan.FromSeconds(5)),
            default);

        var placed = await me.Post("/api/v1/orders", Lines((b, 1), (a, 1)), key);
        Assert.Equal((201, PublicId.Format("ord", half.Claim!.Id)), (placed.Status, placed.Id));
        Assert.Equal((4, 4), (await shop.UnitsFree(poolA), await shop.UnitsFree(poolB)));
    }

    [Fact]
    public async Task A_hold_that_ran_out_before_its_order_was_written_is_not_ordered_on()
    {
        var me = shop.NewShopper();
        var (sku, pool) = await shop.NewStock(5);
        var key = Key();
        var gone = await shop.Claims.Claim(
            new ClaimRequest(
                pool, me.Person, 1, OrderDesk.ClaimKey(key, 0, [Wanted(sku, pool)]), TimeSpan.FromSeconds(5)), default);
        await shop.Claims.Release(gone.Claim!.Id, default);

        var placed = await me.Post("/api/v1/orders", Lines((sku, 1)), key);
        Assert.Equal(201, placed.Status);
        Assert.NotEqual(PublicId.Format("ord", gone.Claim.Id), placed.Id);
        Assert.Equal(4, await shop.UnitsFree(pool));
    }

    [Fact]
    public async Task An_unpaid_order_is_cancelled_when_its_hold_runs_out_and_all_its_units_come_back()
    {
        var me = shop.NewShopper();
        var (a, poolA) = await shop.NewStock(5, hold: TimeSpan.FromSeconds(1));
        var (b, poolB) = await shop.NewStock(5);    // the other line's hold would last longer
        var placed = await me.Post("/api/v1/orders", Lines((a, 1), (b, 1)), Key());

        await Until(async () => await me.StateOf(placed.Id) == "cancelled", "the order is cancelled");
        await Until(
            async () => await shop.UnitsFree(poolA) == 5 && await shop.UnitsFree(poolB) == 5, "the units are back");
        var history = (await me.Get($"/api/v1/orders/{placed.Id}")).Json.GetProperty("history");
        Assert.Equal(
            "hold_expired", Assert.Single(history.EnumerateArray().ToList()).GetProperty("reason").GetString());
        Assert.Equal("order_not_payable", (await me.Post($"/api/v1/orders/{placed.Id}/payments", key: Key())).Code);
    }

    [Fact]
    public async Task A_cancelled_order_gives_its_units_back_once()
    {
        var me = shop.NewShopper();
        var sale = await shop.NewSale(total: 10);
        var id = await shop.Claim(me, sale, quantity: 3);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(_ => me.PostUntilAnswered($"/api/v1/orders/{id}/cancellation")));

        Assert.All(answers, answer => Assert.Equal(
            (200, "cancelled"), (answer.Status, answer.Json.GetProperty("state").GetString())));
        await Until(async () => await shop.UnitsFree(sale) == 10, "the units are back");
        var again = await me.Get($"/api/v1/orders/{id}");
        Assert.Equal(
            (2, 1), (again.Json.GetProperty("version").GetInt32(), again.Json.GetProperty("history").GetArrayLength()));
        Assert.Equal(JsonValueKind.Null, again.Json.GetProperty("payBy").ValueKind);
    }

    [Fact]
    public async Task A_person_sees_their_own_new_order_at_once()
    {
        var me = shop.NewShopper();
        var (sku, _) = await shop.NewStock(1_000);
        for (var i = 0; i < 60; i++)
        {
            var placed = await me.Post("/api/v1/orders", Lines((sku, 1)), Key());
            Assert.Equal(placed.Id, Ids(await me.Get("/api/v1/orders"))[0]);
            if (i % 3 != 0)
                continue;
            await me.Post($"/api/v1/orders/{placed.Id}/cancellation");
            var first = (await me.Get("/api/v1/orders")).Json.GetProperty("data")[0];
            Assert.Equal(placed.Id, first.GetProperty("id").GetString());
            Assert.Equal("cancelled", first.GetProperty("state").GetString());
        }
    }

    [Fact]
    public async Task A_list_is_read_page_by_page_newest_first()
    {
        var me = shop.NewShopper();
        var (sku, _) = await shop.NewStock(1_000);
        var placed = new List<string>();
        for (var i = 0; i < 45; i++)
            placed.Insert(0, (await me.Post("/api/v1/orders", Lines((sku, 1)), Key())).Id);

        var first = await me.Get("/api/v1/orders");
        Assert.Equal(placed.Take(40), Ids(first));
        var page = first.Json.GetProperty("page");
        Assert.True(page.GetProperty("hasMore").GetBoolean());
        var second = await me.Get($"/api/v1/orders?after={page.GetProperty("nextCursor").GetString()}");
        Assert.Equal(placed.Skip(40), Ids(second));
        Assert.False(second.Json.GetProperty("page").GetProperty("hasMore").GetBoolean());
        Assert.Equal(JsonValueKind.Null, second.Json.GetProperty("page").GetProperty("nextCursor").ValueKind);
        Assert.Equal(placed.Take(7), Ids(await me.Get("/api/v1/orders?limit=7")));

        var cached = await me.Get("/api/v1/orders");
        Assert.Equal((first.Body, first.ETag), (cached.Body, cached.ETag));
        var unchanged = await me.Get("/api/v1/orders", cached.ETag);
        Assert.Equal((304, ""), (unchanged.Status, unchanged.Body));
    }

    [Fact]
    public async Task An_order_that_did_not_change_is_not_sent_again()
    {
        var me = shop.NewShopper();
        var (sku, _) = await shop.NewStock(5);
        var placed = await me.Post("/api/v1/orders", Lines((sku, 1)), Key());

        var read = await me.Get($"/api/v1/orders/{placed.Id}");
        Assert.Equal(304, (await me.Get($"/api/v1/orders/{placed.Id}", read.ETag)).Status);
        Assert.Equal(304, (await me.Get($"/api/v1/orders/{placed.Id}", $"\"x\", {read.ETag}")).Status);
        await me.Post($"/api/v1/orders/{placed.Id}/cancellation");
        Assert.Equal(200, (await me.Get($"/api/v1/orders/{placed.Id}", read.ETag)).Status);
    }

    [Fact]
    public async Task Other_peoples_orders_are_not_there()
    {
        var (me, other) = (shop.NewShopper(), shop.NewShopper());
        var (sku, pool) = await shop.NewStock(5);
        var stock = (await me.Post("/api/v1/orders", Lines((sku, 1)), Key())).Id;
        var sale = await shop.Claim(me, await shop.NewSale());
        foreach (var id in new[] { stock, sale, "ord_0000000000000", "ord_", "sal_0000000000000", "1",
            "ord_zzzzzzzzzzzzz", stock.Replace("ord", "tkt", StringComparison.Ordinal) })
        {
            Assert.Equal((404, "not_found"), Seen(await other.Get($"/api/v1/orders/{id}")));
            Assert.Equal((404, "not_found"), Seen(await other.Post($"/api/v1/orders/{id}/cancellation")));
            Assert.Equal((404, "not_found"), Seen(await other.Post($"/api/v1/orders/{id}/payments", key: Key())));
            Assert.Equal((404, "not_found"), Seen(await other.Get($"/api/v1/orders/{id}/payments")));
        }
        Assert.Empty(Ids(await other.Get("/api/v1/orders")));
        Assert.Equal(4, await shop.UnitsFree(pool));
        Assert.Equal(401, (await shop.Stranger().Get($"/api/v1/orders/{stock}")).Status);
        Assert.Equal(401, (await shop.Stranger().Get("/api/v1/orders")).Status);
        Assert.Equal(401, (await shop.Stranger().Post("/api/v1/orders", Lines((sku, 1)), Key())).Status);

        static (int, string?) Seen(Reply reply) => (reply.Status, reply.Code);
    }

    [Theory]
    [InlineData("""{"lines":[]}""")]
    [InlineData("""{"lines":null}""")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData("""{"lines":[{"sku":"S","quantity":0}]}""")]
    [InlineData("""{"lines":[{"sku":"S","quantity":-1}]}""")]
    [InlineData("""{"lines":[{"sku":"S","quantity":1001}]}""")]
    [InlineData("""{"lines":[{"sku":"S","quantity":1.5}]}""")]
    [InlineData("""{"lines":[{"sku":"S","quantity":"1"}]}""")]
    [InlineData("""{"lines":[{"sku":"S"}]}""")]
    [InlineData("""{"lines":[{"quantity":1}]}""")]
    [InlineData("""{"lines":[{"sku":null,"quantity":1}]}""")]
    [InlineData("""{"lines":[null]}""")]
    [InlineData("""{"lines":[{"sku":"","quantity":1}]}""")]
    [InlineData("""{"lines":[{"sku":"S","quantity":1,"price":0}]}""")]
    [InlineData("""{"lines":[{"sku":"S","quantity":1}],"total":0}""")]
    [InlineData("""{"lines":[{"sku":"S","quantity":1,"quantity":2}]}""")]
    [InlineData("""{"lines":[{"sku":"S","quantity":99999999999999999999}]}""")]
    [InlineData("""{"lines":[{"sku":"no such thing","quantity":1}]}""")]
    public async Task Nonsense_is_refused_and_changes_nothing(string body)
    {
        var me = shop.NewShopper();
        Assert.Equal(400, (await me.Post("/api/v1/orders", body, Key())).Status);
        Assert.Empty(Ids(await me.Get("/api/v1/orders")));
    }

    [Fact]
    public async Task Doubled_skus_too_many_lines_mixed_currencies_and_bad_keys_are_refused()
    {
        var me = shop.NewShopper();
        var (sku, pool) = await shop.NewStock(100);
        var (euro, _) = await shop.NewStock(100, currency: "EUR");
        var many = Lines([.. Enumerable.Range(0, 51).Select(i => ($"S{i}", 1))]);

        var doubled = await me.Post("/api/v1/orders", Lines((sku, 1), (sku, 2)), Key());
        Assert.Equal((400, "invalid_request"), (doubled.Status, doubled.Code));
        Assert.True(doubled.Json.GetProperty("errors").TryGetProperty("lines[1].sku", out _), doubled.Body);
        Assert.Equal(400, (await me.Post("/api/v1/orders", many, Key())).Status);
        Assert.Equal("mixed_currencies", (await me.Post("/api/v1/orders", Lines((sku, 1), (euro, 1)), Key())).Code);
        Assert.Equal("idempotency_key_missing", (await me.Post("/api/v1/orders", Lines((sku, 1)))).Code);
        Assert.Equal(
            "idempotency_key_invalid", (await me.Post("/api/v1/orders", Lines((sku, 1)), new string('k', 256))).Code);
        Assert.Equal(100, await shop.UnitsFree(pool));
    }

    [Theory]
    [InlineData("?limit=0")]
    [InlineData("?limit=101")]
    [InlineData("?limit=-1")]
    [InlineData("?limit=many")]
    [InlineData("?after=x")]
    [InlineData("?after=oc_")]
    [InlineData("?after=ord_0000000000001")]
    public async Task A_nonsensical_page_is_refused(string query) =>
        Assert.Equal(400, (await shop.NewShopper().Get("/api/v1/orders" + query)).Status);

    [Fact]
    public async Task What_was_read_before_a_change_is_not_filed_after_it()
    {
        var pages = shop.Services.GetRequiredService<OrderPages>();
        var person = shop.NewShopper().Person;

        // The change happens while the reader reads; then, while its transaction is still open, another reads.
        await pages.Get(person, async () =>
        {
            await pages.TryBypass([person]);
            return "old"u8.ToArray();
        });
        await pages.Get(person, () => Task.FromResult("old"u8.ToArray()));
        await pages.Forget([person]);    // what another change could not do; the mark must stay
        await pages.Get(person, () => Task.FromResult("old"u8.ToArray()));
        Assert.Equal("new"u8.ToArray(), (await pages.Get(person, New)).Body.ToArray());

        var cache = shop.Services.GetRequiredService<CacheRedis>();
        await cache.Call(db => db.KeyDeleteAsync($"orders:page:{person}"));    // its time is over
        await pages.Get(person, New);
        var found = await pages.Get(person, () => throw new InvalidOperationException("It is in the cache."));
        Assert.Equal("new"u8.ToArray(), found.Body.ToArray());

        static Task<byte[]> New() => Task.FromResult("new"u8.ToArray());
    }

    private static string[] Ids(Reply list) =>
        [.. list.Json.GetProperty("data").EnumerateArray().Select(order => order.GetProperty("id").GetString()!)];

    private static string Lines(params (string Sku, int Quantity)[] lines) => JsonSerializer.Serialize(
        new { lines = lines.Select(line => new { sku = line.Sku, quantity = line.Quantity }) });

    private static DraftLine Wanted(string sku, long pool) => new(sku, "A thing", 1, OrderShop.PriceMinor, pool);

    private string Key() => $"key-{Interlocked.Increment(ref _keys)}";

    private static async Task<Reply> Retried(Func<Task<Reply>> send, int status)
    {
        Reply reply = null!;
        await Until(async () => (reply = await send()).Status == status, $"HTTP {status}");
        return reply;
    }

    private static Task Until(Func<Task<bool>> condition, string what) => Eventually.IsTrue(condition, what);
}
