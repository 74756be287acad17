using System.Text;
using Doorbuster.IntegrationTests.Orders;
using Doorbuster.Payments;
using Doorbuster.Platform.Postgres;
using Doorbuster.Platform.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.IntegrationTests.Payments;

/// <summary>What anybody can send to the webhook's address, and what comes of it.</summary>
public sealed class WebhookTests(OrderShop shop) : IClassFixture<OrderShop>
{
    private const string SomeData = """{"charge":"c","reference":"r","order":"o","amount":1,"currency":"GBP"}""";

    private int _ids;

    [Fact]
    public async Task A_genuine_webhook_pays_and_its_replay_changes_nothing()
    {
        var (me, order, payment) = await NewPayment();
        var body = Body(order, payment);
        var id = NewId();

        Assert.Equal(204, await Send(body, id));
        foreach (var _ in Enumerable.Range(0, 20))
            Assert.Equal(204, await Send(body, id));
        Assert.Equal(204, await Send(body, NewId()));    // the same news under another id
        await Until(async () => await me.StateOf(order) == "paid", "the order is paid");
        Assert.Equal(2, (await me.Get($"/api/v1/orders/{order}")).Json.GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task Twenty_at_once_capture_once()
    {
        var (me, order, payment) = await NewPayment();
        var (body, id) = (Body(order, payment), NewId());
        Assert.All(await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => Send(body, id))), status => Assert.Equal(204, status));
        await Until(async () => await me.StateOf(order) == "paid", "the order is paid");
        Assert.Empty(await shop.Sql.Query("select id from payments.sandbox_refunds", row => row.GetString(0), default));
    }

    [Fact]
    public async Task Nothing_but_the_signed_bytes_of_now_is_believed()
    {
        var (me, order, payment) = await NewPayment();
        var body = Body(order, payment);
        var secret = await Secret();

        Assert.Equal(400, await Send(body, NewId(), secret: WebhookSignature.NewSecret()));
        Assert.Equal(400, await Send(body, NewId(), at: Now.AddSeconds(-310)));
        Assert.Equal(400, await Send(body, NewId(), at: Now.AddSeconds(310)));
        Assert.Equal(400, await Send(
            body, NewId(), tamper: text => text.Replace("\"GBP\"", "\"GBp\"", StringComparison.Ordinal)));
        Assert.Equal(400, await Send(body, NewId(), tamper: text => text + " "));
        Assert.Equal(400, await SendRaw(body, NewId(), $"{Now.ToUnixTimeSeconds()}", null));
        Assert.Equal(400, await SendRaw(body, NewId(), null, "v1,AAAA"));
        Assert.Equal(400, await SendRaw(body, null, $"{Now.ToUnixTimeSeconds()}", "v1,AAAA"));
        Assert.Equal(400, await SendRaw(body, NewId(), "soon", "v1,AAAA"));
        var other = NewId();
        Assert.Equal(400, await SendRaw(body, other + "x", $"{Now.ToUnixTimeSeconds()}", WebhookSignature.Sign(
            secret, other, Now, Encoding.UTF8.GetBytes(body))));

        Assert.Equal("pending", await PaymentState(me, payment));
    }

    [Fact]
    public async Task A_genuine_webhook_about_something_else_changes_nothing()
    {
        var (me, order, payment) = await NewPayment();
        var (_, otherOrder, otherPayment) = await NewPayment();

        Assert.Equal(409, await Send(Body(order, payment, amount: OrderShop.PriceMinor - 1), NewId()));
        Assert.Equal(409, await Send(Body(order, payment, amount: OrderShop.PriceMinor * 100), NewId()));
        Assert.Equal(409, await Send(Body(order, payment, currency: "USD"), NewId()));
        Assert.Equal(409, await Send(Body(otherOrder, payment), NewId()));
        Assert.Equal(409, await Send(Body(order, payment, charge: "ch_other"), NewId()));
        Assert.Equal(404, await Send(Body(order, "pay_0000000000001"), NewId()));
        Assert.Equal(404, await Send(Body(order, "nonsense"), NewId()));
        Assert.Equal("pending", await PaymentState(me, payment));
        Assert.NotEqual(payment, otherPayment);

        // The id of a refused one is not used up: the provider may correct itself.
        var id = NewId();
        Assert.Equal(409, await Send(Body(order, payment, amount: 1), id));
        Assert.Equal(204, await Send(Body(order, payment), id));
        Assert.Equal("captured", await PaymentState(me, payment));
    }

    [Theory]
    [InlineData("nonsense", 400)]
    [InlineData("", 400)]
    [InlineData("[]", 400)]
    [InlineData("{}", 400)]
    [InlineData("""{"type":"charge.captured","timestamp":"2026-01-01T00:00:00Z","data":null}""", 400)]
    [InlineData("""{"type":"charge.captured","timestamp":"2026-01-01T00:00:00Z","data":{"charge":"c"}}""", 400)]
    [InlineData("""{"type":"charge.captured","timestamp":"soon","data":DATA}""", 400)]
    [InlineData("""{"type":"dispute.opened","timestamp":"2026-01-01T00:00:00Z","data":DATA}""", 204)]
    public async Task Signed_nonsense_is_refused_and_unknown_events_are_taken(string body, int status) =>
        Assert.Equal(status, await Send(body.Replace("DATA", SomeData, StringComparison.Ordinal), NewId()));

    [Fact]
    public async Task A_body_over_the_standards_limit_is_not_read() =>
        Assert.Equal(413, await Send(new string(' ', 20_001), NewId()));

    [Fact]
    public async Task While_the_secret_changes_the_old_one_is_still_good_but_not_the_one_before()
    {
        var settings = shop.Services.GetRequiredService<PaymentSettings>();
        var oldest = await Secret();
        await settings.ChangeWebhookSecret(default);
        var (me, order, payment) = await NewPayment();
        Assert.NotEqual(oldest, await Secret());
        Assert.Equal(204, await Send(Body(order, payment), NewId(), secret: oldest));
        Assert.Equal("captured", await PaymentState(me, payment));

        await settings.ChangeWebhookSecret(default);
        Assert.Equal(400, await Send(Body(order, payment), NewId(), secret: oldest));
        Assert.Equal(204, await Send(Body(order, payment), NewId()));
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private async Task<string> Secret() =>
        (await shop.Services.GetRequiredService<PaymentSettings>().WebhookSecrets(default))[0];

    private async Task<(Shopper Me, string Order, string Payment)> NewPayment()
    {
        var me = shop.NewShopper();
        var order = await shop.Claim(me, await shop.NewSale());
        var payment = await me.Post($"/api/v1/orders/{order}/payments", key: NewId());
        Assert.Equal(201, payment.Status);
        return (me, order, payment.Id);
    }

    private static async Task<string> PaymentState(Shopper me, string payment) =>
        (await me.Get($"/api/v1/payments/{payment}")).Json.GetProperty("state").GetString()!;

    private string Body(string order, string payment, long amount = OrderShop.PriceMinor, string currency = "GBP",
        string? charge = null)
    {
        charge ??= shop.Sql.Query(
            "select id from payments.sandbox_charges where reference = $1", row => row.GetString(0), default,
            new Npgsql.NpgsqlParameter { Value = payment }).GetAwaiter().GetResult().SingleOrDefault("ch_none");
        return $$"""
            {"type":"charge.captured","timestamp":"2026-01-01T00:00:00Z","data":{
              "charge":"{{charge}}","reference":"{{payment}}","order":"{{order}}","amount":{{amount}},"currency":"{{currency}}"
            } }
            """;
    }

    private async Task<int> Send(
        string body, string id, string? secret = null, DateTimeOffset? at = null, Func<string, string>? tamper = null)
    {
        var time = at ?? Now;
        var signature = WebhookSignature.Sign(secret ?? await Secret(), id, time, Encoding.UTF8.GetBytes(body));
        return await SendRaw(tamper?.Invoke(body) ?? body, id, $"{time.ToUnixTimeSeconds()}", signature);
    }

    private async Task<int> SendRaw(string body, string? id, string? timestamp, string? signature)
    {
        using var message = new HttpRequestMessage(
            HttpMethod.Post, new Uri(shop.BaseAddress, "/api/v1/payments/webhooks/sandbox"))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        foreach (var (name, value) in new[]
        {
            (WebhookSignature.IdHeader, id), (
                WebhookSignature.TimestampHeader, timestamp), (WebhookSignature.SignatureHeader, signature),
        })
            if (value is not null)
                message.Headers.TryAddWithoutValidation(name, value);
        using var client = new HttpClient();
        using var response = await client.SendAsync(message);
        return (int)response.StatusCode;
    }

    private string NewId() => $"msg_{Interlocked.Increment(ref _ids)}_{Environment.TickCount64}";

    private static Task Until(Func<Task<bool>> condition, string what) => Eventually.IsTrue(condition, what);
}
