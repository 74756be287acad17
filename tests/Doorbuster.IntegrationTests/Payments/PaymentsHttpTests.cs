using Doorbuster.Contracts.Claims;
using Doorbuster.IntegrationTests.Orders;
using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Npgsql;

namespace Doorbuster.IntegrationTests.Payments;

public sealed class PaymentsHttpTests(OrderShop shop) : IClassFixture<OrderShop>
{
    private int _keys;

    [Fact]
    public async Task An_order_is_paid_when_the_provider_says_so()
    {
        var me = shop.NewShopper();
        var order = await shop.Claim(me, await shop.NewSale(), quantity: 2);

        var payment = await me.Post($"/api/v1/orders/{order}/payments", key: Key());
        Assert.Equal(
            (201, "pending", $"/api/v1/payments/{payment.Id}"), (payment.Status, StateOf(payment), payment.Location));
        Assert.Equal(2 * OrderShop.PriceMinor, payment.Json.GetProperty("amount").GetProperty("amount").GetInt64());
        Assert.Equal("placed", await me.StateOf(order));

        Assert.Equal(200, (await Decide(me, payment, "approve")).Status);
        await Until(async () => await me.StateOf(order) == "paid", "the order is paid");
        Assert.Equal("captured", StateOf(await me.Get($"/api/v1/payments/{payment.Id}")));
        Assert.Equal(payment.Id, (await me.Get($"/api/v1/orders/{order}")).Json.GetProperty("paymentId").GetString());
        Assert.Equal(ClaimState.Kept, (await shop.Claims.Find(Number(order), default))!.State);
        Assert.Equal("order_paid_already", (await me.Post($"/api/v1/orders/{order}/payments", key: Key())).Code);
        Assert.Contains("\"paid\"", (await me.Get("/api/v1/orders")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_has_one_open_payment_and_a_key_one_payment()
    {
        var me = shop.NewShopper();
        var order = await shop.Claim(me, await shop.NewSale());
        var key = Key();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            me.PostUntilAnswered($"/api/v1/orders/{order}/payments", key: i % 2 == 0 ? key : $"{key}-{i}")));
        Assert.Single(answers.Select(answer => answer.Id).Distinct());
        Assert.Equal(1, await Count("select count(*) from payments.sandbox_charges where order_id = $1", order));
    }

    [Fact]
    public async Task A_key_of_another_orders_payment_is_refused()
    {
        var me = shop.NewShopper();
        var (one, other) = (await shop.Claim(me, await shop.NewSale()), await shop.Claim(me, await shop.NewSale()));
        var key = Key();
        Assert.Equal(201, (await me.Post($"/api/v1/orders/{one}/payments", key: key)).Status);
        Assert.Equal(
            (422, "idempotency_key_reused"), Seen(await me.Post($"/api/v1/orders/{other}/payments", key: key)));
    }

    [Theory]
    [InlineData("decline", "{}")]
    [InlineData("approve", """{"sandbox":{"decline":true}}""")]
    public async Task A_declined_payment_can_be_followed_by_another(string click, string options)
    {
        var me = shop.NewShopper();
        var order = await shop.Claim(me, await shop.NewSale());
        var first = await me.Post($"/api/v1/orders/{order}/payments", options, Key());
        await Decide(me, first, click);
        await Until(
            async () => StateOf(await me.Get($"/api/v1/payments/{first.Id}")) == "declined", "the payment is declined");
        Assert.Equal("placed", await me.StateOf(order));

        var second = await me.Post($"/api/v1/orders/{order}/payments", key: Key());
        Assert.Equal(201, second.Status);
        Assert.NotEqual(first.Id, second.Id);
        await Decide(me, second, "approve");
        await Until(async () => await me.StateOf(order) == "paid", "the order is paid");
        Assert.Equal(2, (await me.Get($"/api/v1/orders/{order}/payments")).Json.GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task A_webhook_that_comes_twenty_times_has_its_effect_once()
    {
        var me = shop.NewShopper();
        var order = await shop.Claim(me, await shop.NewSale());
        var payment = await me.Post(
            $"/api/v1/orders/{order}/payments", """{"sandbox":{"duplicateWebhooks":20,"delayMs":50}}""", Key());
        await Decide(me, payment, "approve");
        await Decide(me, payment, "approve");

        await Until(async () => await me.StateOf(order) == "paid", "the order is paid");
        await Until(async () => await Count(
            """
            select count(*) from payments.sandbox_webhooks
            where body like '%' || $1 || '%' and delivered_at is not null
            """, payment.Id) == 1,
            "the webhook is delivered");
        var read = await me.Get($"/api/v1/orders/{order}");
        Assert.Equal(
            (2, 1), (read.Json.GetProperty("version").GetInt32(), read.Json.GetProperty("history").GetArrayLength()));
        Assert.Equal("captured", StateOf(await me.Get($"/api/v1/payments/{payment.Id}")));
    }

    [Fact]
    public async Task A_charge_is_decided_once()
    {
        var me = shop.NewShopper();
        var order = await shop.Claim(me, await shop.NewSale());
        var payment = await me.Post($"/api/v1/orders/{order}/payments", key: Key());

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => Decide(me, payment, i % 2 == 0 ? "approve" : "decline")));
        Assert.Equal(10, answers.Count(answer => answer.Status == 200));
        Assert.Equal(10, answers.Count(answer => answer.Code == "charge_decided"));
        Assert.Equal(1, await Count(
            "select count(*) from payments.sandbox_webhooks where body like '%' || $1 || '%'", payment.Id));
    }

    [Fact]
    public async Task Money_for_a_cancelled_order_goes_back()
    {
        var me = shop.NewShopper();
        var sale = await shop.NewSale(total: 1);
        var order = await shop.Claim(me, sale);
        var payment = await me.Post($"/api/v1/orders/{order}/payments", key: Key());
        await me.Post($"/api/v1/orders/{order}/cancellation");
        await Decide(me, payment, "approve");

        await Until(
            async () => StateOf(await me.Get($"/api/v1/payments/{payment.Id}")) == "refunded", "the money went back");
        Assert.Equal(
            "order_cancelled", (await me.Get($"/api/v1/payments/{payment.Id}")).Json.GetProperty("reason").GetString());
        Assert.Equal("cancelled", await me.StateOf(order));
        Assert.Equal(1, await shop.UnitsFree(sale));
        Assert.Equal(OrderShop.PriceMinor, await Count(
            """
            select coalesce(sum(r.amount_minor), 0)::bigint
            from payments.sandbox_refunds r join payments.sandbox_charges c on c.id = r.charge
            where c.order_id = $1
            """, order));
        Assert.Equal("order_not_payable", (await me.Post($"/api/v1/orders/{order}/payments", key: Key())).Code);
    }

    [Fact]
    public async Task When_one_lines_units_are_gone_the_payment_of_all_goes_back_and_the_other_lines_units_too()
    {
        var me = shop.NewShopper();
        var (a, poolA) = await shop.NewStock(5);
        var (b, poolB) = await shop.NewStock(5);
        var order = await me.Post(
            "/api/v1/orders", $$"""{"lines":[{"sku":"{{a}}","quantity":1},{"sku":"{{b}}","quantity":2}]}""", Key());
        var payment = await me.Post($"/api/v1/orders/{order.Id}/payments", key: Key());
        var second = await Count(
            "select claim from orders.line_claims where order_id = $1 and claim <> $1", Number(order.Id));

        await Task.WhenAll(Decide(me, payment, "approve"), shop.Claims.Release(second, default));

        await Until(async () => await me.StateOf(order.Id) is "cancelled" or "paid", "the order is decided");
        var isPaid = await me.StateOf(order.Id) == "paid";
        var end = isPaid ? "captured" : "refunded";
        await Until(
            async () => StateOf(await me.Get($"/api/v1/payments/{payment.Id}")) == end, "the money is where it belongs");
        Assert.Equal(isPaid ? (4, 3) : (5, 5), (await shop.UnitsFree(poolA), await shop.UnitsFree(poolB)));
    }

    [Theory]
    [InlineData("""{"sandbox":{"delayMs":-1}}""")]
    [InlineData("""{"sandbox":{"delayMs":60001}}""")]
    [InlineData("""{"sandbox":{"duplicateWebhooks":0}}""")]
    [InlineData("""{"sandbox":{"duplicateWebhooks":101}}""")]
    [InlineData("""{"sandbox":{"decline":"yes"}}""")]
    [InlineData("""{"sandbox":{"other":1}}""")]
    [InlineData("""{"amount":1}""")]
    [InlineData("[]")]
    [InlineData("nonsense")]
    public async Task Nonsense_is_refused(string body)
    {
        var me = shop.NewShopper();
        var order = await shop.Claim(me, await shop.NewSale());
        Assert.Equal(400, (await me.Post($"/api/v1/orders/{order}/payments", body, Key())).Status);
        Assert.Empty((await me.Get($"/api/v1/orders/{order}/payments")).Json.GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task Payments_need_a_key_and_their_owner()
    {
        var (me, other) = (shop.NewShopper(), shop.NewShopper());
        var order = await shop.Claim(me, await shop.NewSale());
        Assert.Equal((400, "idempotency_key_missing"), Seen(await me.Post($"/api/v1/orders/{order}/payments")));
        var payment = await me.Post($"/api/v1/orders/{order}/payments", key: Key());

        Assert.Equal((404, "not_found"), Seen(await other.Get($"/api/v1/payments/{payment.Id}")));
        Assert.Equal((404, "not_found"), Seen(await other.Post($"/api/v1/orders/{order}/payments", key: Key())));
        Assert.Equal((404, "not_found"), Seen(await me.Get("/api/v1/payments/pay_0000000000000")));
        Assert.Equal((404, "not_found"), Seen(await me.Get($"/api/v1/payments/{order}")));
        Assert.Equal(401, (await shop.Stranger().Get($"/api/v1/payments/{payment.Id}")).Status);
        Assert.Equal(401, (await shop.Stranger().Post($"/api/v1/orders/{order}/payments", key: Key())).Status);
    }

    [Fact]
    public async Task Only_the_shop_can_create_charges_and_refunds()
    {
        var stranger = shop.Stranger();
        const string charge = """{"amount":1,"currency":"GBP","reference":"r","order":"o"}""";
        Assert.Equal((401, "api_secret_wrong"), Seen(await stranger.Post("/sandbox-payments/charges", charge, Key())));
        Assert.Equal(
            (401, "api_secret_wrong"), Seen(await shop.NewShopper().Post("/sandbox-payments/charges", charge, Key())));
        Assert.Equal((401, "api_secret_wrong"), Seen(
            await stranger.Post("/sandbox-payments/charges/ch_1/refunds", """{"amount":1,"currency":"GBP"}""", Key())));
        Assert.Equal((404, "not_found"), Seen(await stranger.Post("/sandbox-payments/charges/ch_1/approve")));
        Assert.Equal(400, (await stranger.Post("/sandbox-payments/charges",
            """{"amount":-1,"currency":"GBP","reference":"r","order":"o"}""", Key())).Status);
        Assert.Equal(400, (await stranger.Post("/sandbox-payments/charges",
            """{"amount":1,"currency":"pounds","reference":"r","order":"o"}""", Key())).Status);
    }

    private static Task<Reply> Decide(Shopper who, Reply payment, string click) =>
        who.Post(new Uri(payment.Json.GetProperty("payUrl").GetString()!).AbsolutePath + "/" + click);

    private static string StateOf(Reply payment) => payment.Json.GetProperty("state").GetString()!;

    private static (int, string?) Seen(Reply reply) => (reply.Status, reply.Code);

    private static long Number(string order) =>
        PublicId.TryParse("ord", order, out var number) ? number : throw new ArgumentException(order);

    private async Task<long> Count(string sql, object parameter) => (await shop.Sql.Query(
        sql, row => row.GetInt64(0), CancellationToken.None, new NpgsqlParameter { Value = parameter })).Single();

    private string Key() => $"key-{Interlocked.Increment(ref _keys)}";

    private static Task Until(Func<Task<bool>> condition, string what) => Eventually.IsTrue(condition, what);
}
