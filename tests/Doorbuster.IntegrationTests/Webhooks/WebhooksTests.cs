using System.Globalization;
using System.Text.Json;
using Doorbuster.Contracts.Payments;
using Doorbuster.IntegrationTests.Orders;
using Doorbuster.Platform.Postgres;
using Doorbuster.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Doorbuster.IntegrationTests.Webhooks;

/// <summary>What merchants are told, from the event to their answer.</summary>
public sealed class WebhooksTests(OrderShop shop) : IClassFixture<OrderShop>, IAsyncLifetime
{
    private const string Endpoints = "/api/admin/v1/webhook-endpoints";
    private Shopper _admin = null!;
    private Receiver _receiver = null!;

    public async ValueTask InitializeAsync()
    {
        // The receiver is beside us.
        shop.Services.GetRequiredService<IOptions<WebhooksOptions>>().Value.AllowPrivate = true;
        // What the test before did is told by now, or this one's endpoints hear of it.
        await Eventually.IsTrue(
            async () => await Count("select count(*) from messaging.outbox") == 0, "the shop is quiet");
        _admin = await shop.NewAdmin();
        _receiver = await Receiver.Start();
    }

    public async ValueTask DisposeAsync()
    {
        // Of the messages too: a replay sends all that happened, also in the test before.
        await Sql("delete from webhooks.endpoints; delete from webhooks.messages");
        shop.Services.GetRequiredService<EndpointStore>().Forget();    // or the next test's messages are still wanted
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task What_happens_to_an_order_is_told_signed_and_once()
    {
        var (_, secret) = await NewEndpoint("order.*", "payment.captured");
        var order = await PaidOrder();

        await Eventually.IsTrue(
            () => _receiver.Of("order.paid").Any() && _receiver.Of("order.placed").Any()
                && _receiver.Of("payment.captured").Any(), "it was told");
        Assert.All(_receiver.Heard, told => Assert.True(told.IsGenuine(secret), told.Text));
        Assert.Equal(_receiver.Heard.Count, _receiver.Heard.DistinctBy(told => told.Id).Count());
        var data = _receiver.Of("order.paid").Single().Json.GetProperty("data");
        Assert.Equal(order, data.GetProperty("id").GetString());
        Assert.Equal("placed", data.GetProperty("previousState").GetString());
        Assert.Equal(OrderShop.PriceMinor, data.GetProperty("total").GetProperty("amount").GetInt64());
        Assert.Equal(
            order, _receiver.Of("payment.captured").Single().Json.GetProperty("data").GetProperty("orderId").GetString());
    }

    [Fact]
    public async Task Nobody_is_told_what_he_did_not_ask_for()
    {
        await NewEndpoint("payment.refunded");
        await PaidOrder();
        Assert.Empty(_receiver.Heard);
        Assert.Equal(0, await Count("select count(*) from webhooks.deliveries"));
    }

    [Fact]
    public async Task Where_nobody_listens_what_happens_costs_no_transaction()
    {
        const int messages = 300;
        await Eventually.IsTrue(
            async () => await Count("select count(*) from messaging.outbox") == 0, "the shop is quiet");
        await Sql("delete from messaging.inbox");
        for (var i = 0; i < messages; i++)
            await shop.Say(new PaymentRefunded
            {
                Refund = $"nobody-{i}",
                Payment = 1,
                Order = 1,
                Person = 1,
                AmountMinor = 1,
                Currency = "GBP",
                RefundedAt = DateTimeOffset.UnixEpoch,
            });
        await Eventually.IsTrue(
            async () => await Count("select count(*) from messaging.outbox") == 0, "all are handled");

        // Once in two seconds somebody looks whether there is an endpoint, with each of the workers at most.
        var filed = await Count("select count(*) from messaging.inbox where consumer = 'webhooks.refunds'");
        Assert.InRange(filed, 0, messages / 3);

        await NewEndpoint("payment.refunded");
        await shop.Say(new PaymentRefunded
        {
            Refund = "somebody",
            Payment = 1,
            Order = 1,
            Person = 1,
            AmountMinor = 1,
            Currency = "GBP",
            RefundedAt = DateTimeOffset.UnixEpoch,
        });
        await Eventually.IsTrue(() => _receiver.Of("payment.refunded").Any(), "the first who listens is told");
    }

    [Fact]
    public async Task What_was_not_taken_comes_again_under_the_same_id_and_every_attempt_is_kept()
    {
        var (id, secret) = await NewEndpoint("*");
        var answers = new Queue<int>([500, 302, 204]);
        _receiver.Answer = _ => answers.Dequeue();
        await Test(id);
        for (var attempt = 1; attempt < 3; attempt++)
        {
            await Eventually.IsTrue(() => Attempts(attempt), $"attempt {attempt} failed");
            await Sql("update webhooks.deliveries set due_at = now() where state = 0");    // so much time has passed
        }
        await Eventually.IsTrue(async () => (await Delivery(id)).State == "delivered", "it was taken");
        Assert.Single(_receiver.Heard.Select(told => told.Id).Distinct());
        Assert.All(_receiver.Heard, told => Assert.True(told.IsGenuine(secret)));

        var detail = (await _admin.Get($"/api/admin/v1/webhook-deliveries/{(await Delivery(id)).Id}")).Json;
        Assert.Equal(
            ["500 not today", "302 ", "204 "],
            detail.GetProperty("tries").EnumerateArray().Select(one =>
                $"{one.GetProperty("status").GetInt32()} {one.GetProperty("answer").GetString()}"));
        Assert.Equal(_receiver.Heard.First().Text, detail.GetProperty("body").GetString());
    }

    [Fact]
    public async Task Given_up_after_ten_attempts_and_replayed_when_it_listens_again()
    {
        var (id, _) = await NewEndpoint("order.*");
        _receiver.Answer = _ => 503;
        await PaidOrder();
        await Eventually.IsTrue(() => _receiver.Of("order.paid").Any(), "it was tried");
        await Sql("update webhooks.deliveries set attempts = 9, due_at = now() where state = 0");
        await Eventually.IsTrue(
            async () => await Count("select count(*) from webhooks.deliveries where state = 2") == 2, "it was given up");

        _receiver.Answer = _ => 204;
        _receiver.Heard.Clear();
        var since = TimeProvider.System.GetUtcNow().AddHours(-1).ToString("O", CultureInfo.InvariantCulture);
        var replayed = await _admin.Post($"{Endpoints}/{id}/replay", $$"""{"since":"{{since}}"}""", Key());
        Assert.Equal(2, replayed.Json.GetProperty("replayed").GetInt32());
        await Eventually.IsTrue(
            async () => await Count("select count(*) from webhooks.deliveries where state = 1") == 2, "it was taken");
        Assert.Equal(0, (await _admin.Post($"{Endpoints}/{id}/replay", $$"""{"since":"{{since}}"}""", Key()))
            .Json.GetProperty("replayed").GetInt32());

        var one = (await _admin.Get($"{Endpoints}/{id}/deliveries?state=delivered")).Json.GetProperty("data")[0];
        var again = await _admin.Post(
            $"/api/admin/v1/webhook-deliveries/{one.GetProperty("id").GetString()}/replay", key: Key());
        Assert.Equal(200, again.Status);
        await Eventually.IsTrue(() => _receiver.Heard.Count == 3, "it came once more");
    }

    [Fact]
    public async Task While_the_secret_changes_what_is_sent_is_signed_by_both()
    {
        var (id, old) = await NewEndpoint("order.paid");
        var key = Key();
        var changed = await _admin.Post($"{Endpoints}/{id}/secret", key: key);
        var secret = changed.Json.GetProperty("secret").GetString()!;
        Assert.Equal(changed.Body, (await _admin.Post($"{Endpoints}/{id}/secret", key: key)).Body);
        Assert.NotEqual(old, secret);
        await Test(id);
        await Eventually.IsTrue(() => !_receiver.Heard.IsEmpty, "it was told");
        Assert.True(_receiver.Heard.Single().IsGenuine(secret));
        Assert.True(_receiver.Heard.Single().IsGenuine(old));

        await Sql("update webhooks.endpoints set old_secret_until = now()");
        await Test(id);
        await Eventually.IsTrue(() => _receiver.Heard.Count == 2, "it was told");
        Assert.True(_receiver.Heard.Last().IsGenuine(secret));
        Assert.False(_receiver.Heard.Last().IsGenuine(old));
    }

    [Fact]
    public async Task Who_fails_for_days_or_is_gone_is_told_no_more_until_he_is_enabled_again()
    {
        var (id, _) = await NewEndpoint("*");
        _receiver.Answer = _ => 500;
        await Test(id);
        await Eventually.IsTrue(async () => (await Get(id)).GetProperty("failingSince").GetString() is not null, "it fails");
        await Sql("update webhooks.endpoints set failing_since = now() - interval '6 days'");
        await Sql("update webhooks.deliveries set due_at = now() where state = 0");
        await Eventually.IsTrue(
            async () => (await Get(id)).GetProperty("disabledBecause").GetString() == "failing", "it is disabled");
        Assert.Equal("webhook_endpoint_disabled", (await _admin.Post($"{Endpoints}/{id}/test", key: Key())).Code);

        _receiver.Answer = _ => 410;
        await Enable(id);
        await Sql("update webhooks.deliveries set due_at = now() where state = 0");
        await Eventually.IsTrue(
            async () => (await Get(id)).GetProperty("disabledBecause").GetString() == "gone", "it is disabled");

        _receiver.Answer = _ => 204;
        await Enable(id);
        Assert.Null((await Get(id)).GetProperty("disabledBecause").GetString());
    }

    [Fact]
    public async Task One_who_does_not_answer_holds_up_nobody_else()
    {
        await using var slow = await Receiver.Start();
        using var hold = new ManualResetEventSlim();
        slow.Answer = _ =>
        {
            hold.Wait(TimeSpan.FromSeconds(10));
            return 204;
        };
        var (slowId, _) = await NewEndpoint(slow.Url, ["*"]);
        var (id, _) = await NewEndpoint("*");
        await Test(slowId);
        await Test(id);
        await Eventually.IsTrue(() => !_receiver.Heard.IsEmpty, "the other was told", TimeSpan.FromSeconds(5));
        Assert.Empty(slow.Heard);
        hold.Set();
        await Eventually.IsTrue(() => !slow.Heard.IsEmpty, "it was told at last");
    }

    [Fact]
    public async Task Our_own_network_is_not_called_even_by_a_name_that_leads_there()
    {
        var (id, _) = await NewEndpoint("*");
        shop.Services.GetRequiredService<IOptions<WebhooksOptions>>().Value.AllowPrivate = false;
        await Test(id);
        await Eventually.IsTrue(() => Attempts(1), "it was tried");
        Assert.Empty(_receiver.Heard);
        var tried = (await _admin.Get($"/api/admin/v1/webhook-deliveries/{(await Delivery(id)).Id}")).Json.GetProperty("tries")[0];
        Assert.Contains("not an address on the internet", tried.GetProperty("answer").GetString(), StringComparison.Ordinal);
        Assert.Equal("webhook_address_refused", (await Create(_receiver.Url, "*")).Code);
    }

    [Theory]
    [InlineData("""{"url":"not a url","events":["*"]}""", "webhook_address_refused")]
    [InlineData("""{"url":"ftp://x.example/","events":["*"]}""", "webhook_address_refused")]
    [InlineData("""{"url":"https://u:p@x.example/","events":["*"]}""", "webhook_address_refused")]
    [InlineData("""{"url":"https://x.example/","events":["order.sold"]}""", "invalid_request")]
    [InlineData("""{"url":"https://x.example/","events":[null]}""", "invalid_request")]
    [InlineData("""{"url":"https://x.example/","events":[]}""", "invalid_request")]
    [InlineData("""{"url":"https://x.example/"}""", "invalid_request")]
    [InlineData("""{"events":["*"]}""", "invalid_request")]
    [InlineData("""{"url":"https://x.example/","events":["*"],"secret":"mine"}""", "invalid_request")]
    [InlineData("[]", "invalid_request")]
    public async Task Nonsense_is_refused(string body, string code)
    {
        var answer = await _admin.Post(Endpoints, body, Key());
        Assert.Equal((400, code), (answer.Status, answer.Code));
        Assert.Empty((await _admin.Get(Endpoints)).Json.GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task Only_administrators_register_and_a_change_names_its_version()
    {
        Assert.Equal(403, (await shop.NewShopper().Get(Endpoints)).Status);
        Assert.Equal(401, (await shop.Stranger().Post(Endpoints, "{}", Key())).Status);
        Assert.Equal("idempotency_key_missing", (await _admin.Post(Endpoints, """{"url":"https://x.example/","events":["*"]}""")).Code);

        var (id, secret) = await NewEndpoint("*");
        var read = await _admin.Get($"{Endpoints}/{id}");
        Assert.DoesNotContain(secret, read.Body, StringComparison.Ordinal);
        Assert.Equal((428, "webhook_version_required"), Seen(await _admin.Ask("PATCH", $"{Endpoints}/{id}", """{"enabled":false}""", null)));
        Assert.Equal((412, "webhook_version_outdated"), Seen(await _admin.Ask("PATCH", $"{Endpoints}/{id}", """{"enabled":false}""", "\"9\"")));
        Assert.Equal(400, (await _admin.Ask("PATCH", $"{Endpoints}/{id}", "{}", read.ETag)).Status);
        var changed = await _admin.Ask("PATCH", $"{Endpoints}/{id}", """{"enabled":false,"events":["order.paid"]}""", read.ETag);
        Assert.Equal((200, "by_admin"), (changed.Status, changed.Json.GetProperty("disabledBecause").GetString()));
        Assert.Equal(412, (await _admin.Ask("PATCH", $"{Endpoints}/{id}", """{"enabled":true}""", read.ETag)).Status);
        Assert.Equal(204, (await _admin.Ask("DELETE", $"{Endpoints}/{id}")).Status);
        Assert.Equal(404, (await _admin.Ask("DELETE", $"{Endpoints}/{id}")).Status);
        Assert.Equal(404, (await _admin.Get($"{Endpoints}/{id}")).Status);
        Assert.Equal(404, (await _admin.Post($"{Endpoints}/{id}/secret", key: Key())).Status);
    }

    private Task<(string Id, string Secret)> NewEndpoint(params string[] events) => NewEndpoint(_receiver.Url, events);

    private async Task<(string Id, string Secret)> NewEndpoint(string url, string[] events)
    {
        var made = await Create(url, events);
        Assert.True(made.Status == 201, made.Body);
        return (made.Json.GetProperty("endpoint").GetProperty("id").GetString()!, made.Json.GetProperty("secret").GetString()!);
    }

    private Task<Reply> Create(string url, params string[] events) => _admin.Post(
        Endpoints, $$"""{"url":"{{url}}","events":{{JsonSerializer.Serialize(events)}}}""", Key());

    private async Task<string> PaidOrder()
    {
        var me = shop.NewShopper();
        var order = await shop.Claim(me, await shop.NewSale());
        await me.Pay(order, Key());
        return order;
    }

    private async Task Test(string id) => Assert.Equal(200, (await _admin.Post($"{Endpoints}/{id}/test", key: Key())).Status);

    private async Task<JsonElement> Get(string id) => (await _admin.Get($"{Endpoints}/{id}")).Json;

    private async Task Enable(string id) => Assert.Equal(200, (await _admin.Ask("PATCH",
        $"{Endpoints}/{id}", """{"enabled":true}""", (await _admin.Get($"{Endpoints}/{id}")).ETag)).Status);

    private async Task<(string Id, string State)> Delivery(string endpoint)
    {
        var one = (await _admin.Get($"{Endpoints}/{endpoint}/deliveries")).Json.GetProperty("data")[0];
        return (one.GetProperty("id").GetString()!, one.GetProperty("state").GetString()!);
    }

    private async Task<bool> Attempts(int count) => await Count("select count(*) from webhooks.attempts") == count;

    private Task<int> Sql(string sql) => shop.Sql.Execute(sql, default);

    private async Task<long> Count(string sql) => (await shop.Sql.Query(sql, row => row.GetInt64(0), default)).Single();

    private static (int, string?) Seen(Reply reply) => (reply.Status, reply.Code);

    private static string Key() => $"hook-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow())}";
}
