using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Doorbuster.IntegrationTests.Storefront;

/// <summary>A shop as a process with an administrator, a shopper, and one product.</summary>
public sealed class ConsoleShop(SharedStores stores) : IAsyncLifetime
{
    private const string Email = "boss@example.test";

    private RunningShop _shop = null!;
    private HttpClient _client = null!;
    private readonly SemaphoreSlim _once = new(1);
    private bool _hasVariant;
    private int _keys;

    public StoreAddresses Addresses { get; private set; } = null!;

    public string Password { get; private set; } = "";

    public string SignInForm => $"email={Uri.EscapeDataString(Email)}&password={Uri.EscapeDataString(Password)}";

    public async ValueTask InitializeAsync()
    {
        Addresses = await stores.NewDatabase();
        _shop = await RunningShop.Serve(Addresses);
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        { BaseAddress = _shop.Client.BaseAddress };
        Password = (await _shop.Ask("user", "create-admin", "--email", Email)).GetProperty("password").GetString()!;
        using var ada = new StringContent(
            """{"email":"ada@example.test","password":"demo-password","displayName":"Ada"}""", Encoding.UTF8, "application/json");
        (await _client.PostAsync(new Uri("/api/v1/accounts", UriKind.Relative), ada)).EnsureSuccessStatusCode();
    }

    /// <summary>The console's cookie of somebody who gave the password just now.</summary>
    public async Task<string> SignIn() => CookieOf(await Post("/admin/sign-in", SignInForm));

    public Task<HttpResponseMessage> Get(string path, string? cookie = null, HttpClient? at = null) =>
        Send(new HttpRequestMessage(HttpMethod.Get, path), cookie, at);

    public Task<HttpResponseMessage> Post(string path, string form, string? cookie = null, string site = "same-origin", HttpClient? at = null) => Send(
        new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded"),
            Headers = { { "Sec-Fetch-Site", site } },
        },
        cookie, at);

    /// <summary>A variant that can be sold, made when the first asks.</summary>
    public async Task<string> Variant()
    {
        const string sku = "THING-1";
        await _once.WaitAsync();
        try
        {
            if (_hasVariant)
                return sku;
            await Api("/api/admin/v1/catalog/categories", """{"name":"Things"}""");
            await Api("/api/admin/v1/catalog/products", $$"""
                {"title":"A thing","description":"A thing to sell.","category":"things",
                 "variants":[{"sku":"{{sku}}","price":{"amount":1999,"currency":"GBP"},"stock":100}]}
                """);
            _hasVariant = true;
            return sku;
        }
        finally
        {
            _once.Release();
        }
    }

    /// <summary>Ada gets one.</summary>
    public async Task Claim(string sale)
    {
        using var signIn = new StringContent(
            """{"email":"ada@example.test","password":"demo-password"}""", Encoding.UTF8, "application/json");
        var session = await _client.PostAsync(new Uri("/api/v1/sessions", UriKind.Relative), signIn);
        var token = JsonDocument.Parse(await session.Content.ReadAsStringAsync()).RootElement.GetProperty("token").GetString();
        await Api($"/api/v1/sales/{sale}/claims", """{"quantity":1}""", token);
    }

    /// <summary>What a stream begins with.</summary>
    public static async Task<string> FirstEvent(string path, string cookie, HttpClient at)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Cookie", cookie);
        using var answer = await at.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        while (await reader.ReadLineAsync() is { } line)
            if (line.StartsWith("event:", StringComparison.Ordinal))
                return line;
        throw new InvalidOperationException("It ended without an event.");
    }

    public static string CookieOf(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Set-Cookie", out var set)
            ? set.Single(cookie => cookie.StartsWith("console=", StringComparison.Ordinal)).Split(';')[0]
            : throw new InvalidOperationException($"{(int)answer.StatusCode} without a cookie");

    /// <summary>What a hidden field of a page holds.</summary>
    public static string Hidden(string page, string name) =>
        WebUtility.HtmlDecode(Regex.Match(page, $"name=\"{name}\" value=\"([^\"]*)\"").Groups[1].Value);

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _once.Dispose();
        await _shop.DisposeAsync();
    }

    private async Task Api(string path, string json, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", $"key-{Interlocked.Increment(ref _keys)}");
        request.Headers.Add("Authorization", "Bearer " + (token ?? (await SignIn()).Split('=', 2)[1]));
        var answer = await _client.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {await answer.Content.ReadAsStringAsync()}");
    }

    private async Task<HttpResponseMessage> Send(HttpRequestMessage request, string? cookie, HttpClient? at)
    {
        request.Headers.TryAddWithoutValidation("Accept", "text/html");
        if (cookie is not null)
            request.Headers.TryAddWithoutValidation("Cookie", cookie);
        if (at is null)
            return await _client.SendAsync(request);
        // The same process without following where it leads.
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = at.BaseAddress };
        return await client.SendAsync(request);
    }
}
