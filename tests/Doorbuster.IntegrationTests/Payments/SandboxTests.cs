using System.Net;
using System.Net.Http.Json;
using Doorbuster.IntegrationTests.Orders;
using Doorbuster.Payments;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.IntegrationTests.Payments;

/// <summary>A provider that behaves as real ones do on their worse days.</summary>
public sealed class SandboxTests(OrderShop shop) : IClassFixture<OrderShop>
{
    private int _keys;

    [Theory]
    [InlineData("""{"sandbox":{"loseAnswer":true}}""")]
    [InlineData("""{"sandbox":{"answerDelayMs":6000}}""")]
    public async Task A_charge_whose_answer_was_lost_is_found_again_and_not_made_twice(string body)
    {
        var me = shop.NewShopper();
        var order = await shop.Claim(me, await shop.NewSale());
        var key = Key();
        var lost = await me.Post($"/api/v1/orders/{order}/payments", body, key);
        Assert.Equal((503, "payment_provider_away"), (lost.Status, lost.Code));
        var found = await me.Post($"/api/v1/orders/{order}/payments", body, key);
        Assert.Equal(201, found.Status);
        await Approve(me, found);
        await Eventually.IsTrue(async () => await me.StateOf(order) == "paid", "the order is paid");
        Assert.Equal(1, await Charges(order));
    }

    [Fact]
    public async Task A_declined_attempt_that_is_told_of_after_the_capture_changes_nothing()
    {
        var me = shop.NewShopper();
        var order = await shop.Claim(me, await shop.NewSale());
        var payment = await me.Post(
            $"/api/v1/orders/{order}/payments", """{"sandbox":{"reorderWebhooks":true,"duplicateWebhooks":3}}""", Key());
        await Approve(me, payment);
        await Eventually.IsTrue(async () => await Delivered(payment.Id) == 2, "both webhooks came");
        Assert.Equal(
            "captured", (await me.Get($"/api/v1/payments/{payment.Id}")).Json.GetProperty("state").GetString());
        await Eventually.IsTrue(async () => await me.StateOf(order) == "paid", "the order is paid");
    }

    [Fact]
    public async Task A_browser_is_shown_a_page_and_sent_back_to_the_shop()
    {
        var me = shop.NewShopper();
        var order = await shop.Claim(me, await shop.NewSale());
        var payment = await me.Post(
            $"/api/v1/orders/{order}/payments", """{"returnPath":"/orders?thanks=1"}""", Key());
        var payUrl = payment.Json.GetProperty("payUrl").GetString()!;

        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        browser.DefaultRequestHeaders.Accept.ParseAdd("text/html,application/xhtml+xml");
        var page = await browser.GetAsync(new Uri(payUrl));
        Assert.Equal("text/html", page.Content.Headers.ContentType!.MediaType);
        Assert.Contains("frame-ancestors 'none'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        var html = await page.Content.ReadAsStringAsync();
        var action = new Uri(payUrl).AbsolutePath + "/approve";
        Assert.Contains($"action=\"{action}\"", html, StringComparison.Ordinal);

        using var form = new FormUrlEncodedContent([]);
        var back = await browser.PostAsync(new Uri(new Uri(payUrl), action), form);
        Assert.Equal((HttpStatusCode.SeeOther, "/orders?thanks=1"), (back.StatusCode, back.Headers.Location!.PathAndQuery));
        Assert.Equal(shop.BaseAddress.Authority, back.Headers.Location.Authority);
        await Eventually.IsTrue(async () => await me.StateOf(order) == "paid", "the order is paid");
        Assert.Contains("This is paid.", await browser.GetStringAsync(new Uri(payUrl)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example/")]
    [InlineData("/\\\\elsewhere.example")]
    [InlineData("orders")]
    [InlineData("/a b")]
    [InlineData("")]
    public async Task The_way_back_leads_nowhere_but_into_the_shop(string path)
    {
        var me = shop.NewShopper();
        var order = await shop.Claim(me, await shop.NewSale());
        var answer = await me.Post($"/api/v1/orders/{order}/payments", $$"""{"returnPath":"{{path}}"}""", Key());
        Assert.Equal((400, "invalid_request"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_charge_leads_back_to_a_page_or_is_refused()
    {
        using var provider = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = shop.BaseAddress };
        provider.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        var secret = await shop.Services.GetRequiredService<PaymentSettings>().ApiSecret(CancellationToken.None);
        foreach (var wrong in (string[])["", "http://", "https://a b/", "ftp://shop.example/", "javascript:alert(1)", "/orders", "https://shop.example; script-src *"])
            using (var refused = await Charge(wrong))
                Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);

        using var made = await Charge("https://me:secret@schöner-laden.example:8443/danke?ä=1");
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        using var page = await provider.GetAsync(made.Headers.Location);
        Assert.EndsWith(
            "form-action 'self' https://xn--schner-laden-6ib.example:8443",
            page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        using var nothing = new FormUrlEncodedContent([]);
        using var back = await provider.PostAsync(new Uri(made.Headers.Location + "/decline"), nothing);
        Assert.Equal(
            "https://me:secret@xn--schner-laden-6ib.example:8443/danke?%C3%A4=1", back.Headers.GetValues("Location").Single());

        async Task<HttpResponseMessage> Charge(string returnUrl)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/sandbox-payments/charges");
            request.Headers.Authorization = new("Bearer", secret);
            request.Headers.Add("Idempotency-Key", Key());
            request.Content = JsonContent.Create(
                new { amount = 100, currency = "GBP", reference = "r", order = "ord_1", returnUrl });
            return await provider.SendAsync(request);
        }
    }

    [Fact]
    public async Task Its_list_is_for_the_shop_alone()
    {
        var where = "/sandbox-payments/transactions?from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z";
        Assert.Equal("api_secret_wrong", (await shop.Stranger().Get(where)).Code);
        Assert.Equal("api_secret_wrong", (await shop.NewShopper().Get(where)).Code);
    }

    private static async Task Approve(Shopper me, Reply payment) => Assert.Equal(
        200, (await me.Post(new Uri(payment.Json.GetProperty("payUrl").GetString()!).AbsolutePath + "/approve")).Status);

    private Task<long> Charges(string order) => Count(
        "select count(*) from payments.sandbox_charges where order_id = $1", order);

    private Task<long> Delivered(string payment) => Count(
        "select count(*) from payments.sandbox_webhooks where body like '%' || $1 || '%' and delivered_at is not null",
        payment);

    private async Task<long> Count(string sql, string value)
    {
        await using var command = shop.Sql.CreateCommand(sql);
        command.Parameters.Add(new() { Value = value });
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private string Key() => $"sandbox-{Interlocked.Increment(ref _keys)}";
}
