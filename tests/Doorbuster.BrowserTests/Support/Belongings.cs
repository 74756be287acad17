using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Doorbuster.IntegrationTests;

namespace Doorbuster.BrowserTests.Support;

/// <summary>What programs see and do in the name of somebody who is signed in to a browser, and of who runs the shop.</summary>
public sealed class Belongings(BrowserShop shop, string token)
{
    private static Task<string>? _administrator;

    public static async Task<Belongings> Of(BrowserShop shop, Visitor visitor) => new(
        shop, (await visitor.Page.Context.CookiesAsync()).Single(cookie => cookie.Name == "sid").Value);

    public static async Task<Belongings> OfAdministrator(BrowserShop shop) =>
        new(shop, await (_administrator ??= SignIn(shop)));

    public async Task<JsonElement> Get(string path) => await Send(HttpMethod.Get, path, null);

    public async Task<JsonElement> Post(string path, object? body = null) => await Send(HttpMethod.Post, path, body);

    /// <summary>The points of a day, the coupon for the first fifty, and money from a red packet. Returns when they can be used.</summary>
    public async Task Earn()
    {
        await Post("/api/v1/me/sign-ins");
        var offer = (await Get("/api/v1/coupon-offers")).GetProperty("data").EnumerateArray()
            .First(one => one.GetProperty("title").GetString()!.Contains("first fifty", StringComparison.Ordinal));
        await Post($"/api/v1/coupon-offers/{offer.GetProperty("id").GetString()}/claims");
        await Grab(await DemoPackets.Open(shop));
        await Eventually.IsTrue(
            async () => (await Get("/api/v1/me/coupons?state=usable")).GetProperty("data").GetArrayLength() > 0
                && await Points() > 0, "points and coupon are there");
    }

    /// <summary>Money of the house.</summary>
    public async Task Receive(long amountMinor)
    {
        var packet = await (await OfAdministrator(shop)).Post(
            "/api/admin/v1/red-packets", new { title = "For one", amount = amountMinor, currency = "GBP", parts = 1, kind = "equal" });
        await Grab($"/red-packets/{packet.GetProperty("id").GetString()}");
    }

    public async Task<long> Points() => (await Get("/api/v1/me/wallet")).GetProperty("points").GetInt64();

    public async Task<long> Wallet() => (await Get("/api/v1/me/wallet")).GetProperty("balances").EnumerateArray()
        .Where(one => one.GetProperty("currency").GetString() == "GBP").Sum(one => one.GetProperty("amount").GetInt64());

    private async Task Grab(string packet)
    {
        await Post($"/api/v1{packet}/grabs");
        await Eventually.IsTrue(async () => await Wallet() > 0, "the money is in the wallet");
    }

    private async Task<JsonElement> Send(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString());
        if (body is not null)
            request.Content = JsonContent.Create(body);
        using var answer = await shop.Client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {answer.StatusCode} {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement.Clone();
    }

    private static async Task<string> SignIn(BrowserShop shop)
    {
        using var answer = await shop.Client.PostAsJsonAsync(
            "/api/v1/sessions", new { email = Administrator.Email, password = await shop.AdministratorsPassword });
        answer.EnsureSuccessStatusCode();
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("token").GetString()!;
    }
}
