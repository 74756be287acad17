using Doorbuster.Contracts.Claims;
using Doorbuster.Contracts.Orders;
using Doorbuster.Contracts.Payments;
using Doorbuster.Platform;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.IntegrationTests.Orders;

public sealed class AfterPaymentTests(OrderShop shop) : AfterPayment(shop), IClassFixture<OrderShop>;

public sealed class AfterPaymentOnShardsTests(ShardedShop shop) : AfterPayment(shop.Shop), IClassFixture<ShardedShop>;

/// <summary>Shipment, completion, returns and refunds, through HTTP.</summary>
public abstract class AfterPayment(OrderShop shop)
{
    private static int _keys;

    [Fact]
    public async Task A_paid_order_is_shipped_completed_sent_back_and_refunded()
    {
        var (me, admin) = (shop.NewShopper(), await shop.NewAdmin());
        var (order, payment) = await PaidOrder(me);

        const string shipment = """{"carrier":"Post","trackingNumber":"RM1","trackingUrl":"https://post.test/RM1"}""";
        Assert.Equal("order_not_returnable", (await me.Post($"/api/v1/orders/{order}/return", Because)).Code);
        Assert.Equal("order_wrong_state", (await admin.Post($"/api/admin/v1/orders/{order}/completion")).Code);
        Assert.Equal(200, (await admin.Post($"/api/admin/v1/orders/{order}/shipment", shipment)).Status);
        Assert.Equal(200, (await admin.Post($"/api/admin/v1/orders/{order}/shipment", shipment)).Status);
        Assert.Equal("order_wrong_state", (await admin.Post($"/api/admin/v1/orders/{order}/shipment", "{}")).Code);
        Assert.Equal("order_not_cancellable", (await me.Post($"/api/v1/orders/{order}/cancellation")).Code);
        Assert.Equal(200, (await admin.Post($"/api/admin/v1/orders/{order}/completion")).Status);
        Assert.Equal(200, (await me.Post($"/api/v1/orders/{order}/return", Because)).Status);
        Assert.Equal(200, (await me.Post($"/api/v1/orders/{order}/return", Because)).Status);
        Assert.Equal(
            200, (await admin.Post($"/api/admin/v1/orders/{order}/return", """{"outcome":"received"}""")).Status);
        Assert.Equal(201, (await Refund(admin, order, """{"reason":"returned"}""")).Status);
        await Refunded(payment, order, "whole", 2 * OrderShop.PriceMinor);

        await Eventually.IsTrue(async () => await me.StateOf(order) == "refunded", "the order is refunded");
        var read = (await me.Get($"/api/v1/orders/{order}")).Json;
        Assert.Equal("RM1", read.GetProperty("shipment").GetProperty("trackingNumber").GetString());
        Assert.Equal(2 * OrderShop.PriceMinor, read.GetProperty("refunded").GetProperty("amount").GetInt64());
        Assert.Equal(
            ["paid", "shipped", "completed", "returning", "returned", "refunding", "refunded"],
            read.GetProperty("history").EnumerateArray().Select(step => step.GetProperty("to").GetString()));
        Assert.Equal(ClaimState.Kept, (await ClaimOf(order)).State);    // what left the shop is not sold a second time
        var seen = await admin.Get($"/api/admin/v1/orders/{order}");
        Assert.Equal((200, 304), (seen.Status, (await admin.Get($"/api/admin/v1/orders/{order}", seen.ETag)).Status));
        Assert.False(seen.Json.GetProperty("isGuest").GetBoolean());

        // Among all of everybody, by its buyer and by its number.
        var person = seen.Json.GetProperty("personId").GetString();
        foreach (var (query, isFound) in new[]
        {
            ($"person={person}", true), ($"id={order}", true), ($"person={person}&id={order}&limit=1", true),
            ($"person=usr_0000000000001&id={order}", false), ("id=ord_0000000000001", false), ("person=usr_0000000000001", false),
        })
            Assert.Equal(
                isFound ? [order] : [],
                (await admin.Get($"/api/admin/v1/orders?{query}")).Json.GetProperty("data").EnumerateArray()
                    .Select(one => one.GetProperty("order").GetProperty("id").GetString()));
        Assert.Equal("invalid_request", (await admin.Get("/api/admin/v1/orders?person=somebody")).Code);
        Assert.Equal("invalid_request", (await admin.Get($"/api/admin/v1/orders?id={person}")).Code);
    }

    [Fact]
    public async Task An_unpaid_order_that_the_shop_takes_back_says_the_shops_reason_whoever_is_quicker()
    {
        var me = shop.NewShopper();
        var (sku, pool) = await shop.NewStock(20);
        var orders = await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ => (await me.PostUntilAnswered(
            "/api/v1/orders", $$"""{"lines":[{"sku":"{{sku}}","quantity":1}]}""", Key())).Id));

        await Task.WhenAll(orders.Select(order => shop.Say(
            new TakeOrderBack { Order = Number(order), Person = me.Person, Reason = "risk" })));

        foreach (var order in orders)
        {
            await Eventually.IsTrue(async () => await me.StateOf(order) == "cancelled", "the order is taken back");
            var steps = (await me.Get($"/api/v1/orders/{order}")).Json.GetProperty("history").EnumerateArray();
            Assert.Equal("risk", Assert.Single(steps).GetProperty("reason").GetString());
        }
        await Eventually.IsTrue(async () => await shop.UnitsFree(pool) == 20, "all units are free");
    }

    [Fact]
    public async Task Parts_go_back_until_nothing_is_left_and_never_more()
    {
        var (me, admin) = (shop.NewShopper(), await shop.NewAdmin());
        var (order, payment) = await PaidOrder(me);

        // Twelve at once, each for a fifth: five fit.
        var amount = 2 * OrderShop.PriceMinor / 5;
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ =>
            Refund(admin, order, $$"""{"reason":"damaged","amount":{{amount}}}""", key: null)));
        Assert.Equal(5, answers.Count(answer => answer.Status == 201));
        Assert.All(
            answers.Where(answer => answer.Status != 201),
            answer => Assert.True(answer.Code is "refund_too_high" or "order_not_refundable", answer.Body));
        Assert.Equal("refunding", await me.StateOf(order));

        // They come back in any order and more than once.
        var names = answers.Where(answer => answer.Status == 201)
            .Select(answer => answer.Json.GetProperty("name").GetString()!).OrderDescending().ToList();
        Assert.Equal(5, names.Distinct().Count());
        foreach (var name in names.Concat(names))
            await Refunded(payment, order, name, amount);
        await Eventually.IsTrue(async () => await me.StateOf(order) == "refunded", "all is back");
        var read = (await me.Get($"/api/v1/orders/{order}")).Json;
        Assert.Equal(2 * OrderShop.PriceMinor, read.GetProperty("refunded").GetProperty("amount").GetInt64());
        Assert.Equal(1 + 1 + 5, read.GetProperty("history").GetArrayLength());

        // It never left the shop: its units are free again, once, and everybody agrees about it.
        var claim = await ClaimOf(order);
        Assert.Equal(ClaimState.Released, claim.State);
        PoolAudit? audit = null;
        await Eventually.IsTrue(
            async () => (audit = await shop.Claims.Audit(claim.Pool, CancellationToken.None))!.IsClean, "the gate has them back");
        Assert.Equal((0L, audit!.Offered), (audit.Kept, audit.Free));
        Assert.Equal(EndOutcome.AlreadyDone, await shop.Claims.TakeBack(claim.Id, CancellationToken.None));
        await Eventually.IsTrue(
            async () => await shop.Claims.Audit(claim.Pool, CancellationToken.None) == audit, "and has them once");
    }

    [Fact]
    public async Task A_retried_refund_is_one_and_another_under_its_key_is_refused()
    {
        var (me, admin) = (shop.NewShopper(), await shop.NewAdmin());
        var (order, payment) = await PaidOrder(me);
        var key = Key();

        var first = await Refund(admin, order, """{"reason":"late","amount":100}""", key);
        var again = await Refund(admin, order, """{"reason":"late","amount":100,"currency":"GBP"}""", key);
        Assert.Equal((201, first.Body), (first.Status, again.Body));
        Assert.Equal(422, (await Refund(admin, order, """{"reason":"late","amount":101}""", key)).Status);
        Assert.Equal(
            "wrong_currency", (await Refund(admin, order, """{"reason":"x","amount":1,"currency":"USD"}""")).Code);
        var tooHigh = await Refund(admin, order, $$"""{"reason":"x","amount":{{2 * OrderShop.PriceMinor - 99}}}""");
        Assert.Equal("refund_too_high", tooHigh.Code);
        Assert.Equal(
            2 * OrderShop.PriceMinor - 100, tooHigh.Json.GetProperty("left").GetProperty("amount").GetInt64());
        Assert.Equal("idempotency_key_missing", (await admin.Post(
            $"/api/admin/v1/orders/{order}/refunds", """{"reason":"x"}""")).Code);

        await Refunded(payment, order, "part-1", 100);
        await Eventually.IsTrue(
            async () => (await me.Get($"/api/v1/orders/{order}")).Json.GetProperty("refunded").GetProperty("amount")
                .GetInt64() == 100, "a part is back");
        Assert.Equal("paid", await me.StateOf(order));
    }

    [Fact]
    public async Task A_paid_order_is_cancelled_before_shipment_and_its_money_goes_back()
    {
        var me = shop.NewShopper();
        var (order, payment) = await PaidOrder(me);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => me.PostUntilAnswered($"/api/v1/orders/{order}/cancellation")));
        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        await Refunded(payment, order, "whole", 2 * OrderShop.PriceMinor);
        await Eventually.IsTrue(async () => await me.StateOf(order) == "refunded", "the money is back");
        Assert.Equal(1, await shop.SumOverShards(
            "select count(*) from orders.refunds where order_id = $1",
            new NpgsqlParameter { Value = Number(order) }));
    }

    [Fact]
    public async Task Only_administrators_move_orders_and_only_those_that_are_there()
    {
        var (me, admin) = (shop.NewShopper(), await shop.NewAdmin());
        var (order, _) = await PaidOrder(me);
        foreach (var (step, body) in new[]
        {
            ("shipment", "{}"), ("completion", null), ("return", """{"outcome":"received"}"""),
            ("refunds", """{"reason":"x"}"""),
        })
        {
            Assert.Equal(403, (await me.Post($"/api/admin/v1/orders/{order}/{step}", body, Key())).Status);
            Assert.Equal(404, (await admin.Post($"/api/admin/v1/orders/ord_0000000000001/{step}", body, Key())).Status);
            Assert.Equal(404, (await admin.Post($"/api/admin/v1/orders/nonsense/{step}", body, Key())).Status);
        }
        Assert.Equal(404, (await shop.NewShopper().Post($"/api/v1/orders/{order}/return", Because)).Status);
        Assert.Equal(403, (await me.Get("/api/admin/v1/orders")).Status);
        var list = (await admin.Get("/api/admin/v1/orders?limit=1")).Json;
        Assert.Equal(1, list.GetProperty("data").GetArrayLength());
        Assert.Equal(400, (await admin.Get("/api/admin/v1/orders?after=x")).Status);
        Assert.Equal(400, (await admin.Get("/api/admin/v1/orders?limit=101")).Status);
    }

    [Theory]
    [InlineData("refunds", """{"reason":""}""")]
    [InlineData("refunds", """{"reason":"x","amount":0}""")]
    [InlineData("refunds", """{"reason":"x","amount":-1}""")]
    [InlineData("refunds", """{"reason":"x","amount":1.5}""")]
    [InlineData("refunds", """{"reason":"x","amount":"1"}""")]
    [InlineData("refunds", """{"reason":"x","currency":"gbp"}""")]
    [InlineData("refunds", """{"reason":"x","order":"y"}""")]
    [InlineData("refunds", """{"amount":1}""")]
    [InlineData("shipment", """{"trackingUrl":"no address"}""")]
    [InlineData("shipment", """{"carrier":""}""")]
    [InlineData("shipment", """{"carrier":"a","carrier":"b"}""")]
    [InlineData("return", """{"outcome":"perhaps"}""")]
    [InlineData("return", """{}""")]
    public async Task Nonsense_is_refused(string step, string body)
    {
        var admin = await shop.NewAdmin();
        Assert.Equal(
            400, (await admin.Post($"/api/admin/v1/orders/ord_0000000000001/{step}", body, Key())).Status);
    }

    private const string Because = """{"reason":"too small"}""";

    // The money is the test's own: payments and refunds come and go as messages.
    private async Task<ClaimView> ClaimOf(string order) =>
        (await shop.Claims.Find(Number(order), CancellationToken.None))!;

    private async Task<(string Order, long Payment)> PaidOrder(Shopper me)
    {
        var (sku, _) = await shop.NewStock(10);
        var placed = await me.Post(
            "/api/v1/orders", $$"""{"lines":[{"sku":"{{sku}}","quantity":2}]}""", Key());
        Assert.Equal(201, placed.Status);
        var payment = shop.Services.GetRequiredService<Ids>().NextFor(me.Person);
        await shop.Say(new PaymentCaptured
        {
            Payment = payment,
            Order = Number(placed.Id),
            Person = me.Person,
            AmountMinor = 2 * OrderShop.PriceMinor,
            Currency = "GBP",
            CapturedAt = DateTimeOffset.UnixEpoch,
        });
        await Eventually.IsTrue(async () => await me.StateOf(placed.Id) == "paid", "the order is paid");
        return (placed.Id, payment);
    }

    private Task Refunded(long payment, string order, string name, long amount) => shop.Say(new PaymentRefunded
    {
        Refund = name,
        Payment = payment,
        Order = Number(order),
        Person = 1,
        AmountMinor = amount,
        Currency = "GBP",
        RefundedAt = DateTimeOffset.UnixEpoch,
    });

    private static Task<Reply> Refund(Shopper admin, string order, string body, string? key = null) =>
        admin.Post($"/api/admin/v1/orders/{order}/refunds", body, key ?? Key());

    private static long Number(string order) =>
        PublicId.TryParse("ord", order, out var number) ? number : throw new ArgumentException(order);

    private static string Key() => $"after-{Interlocked.Increment(ref _keys)}";
}
