using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Doorbuster.IntegrationTests.Storefront;

/// <summary>A shop as a process with an administrator, a shopper, and one product.</summary>
public sealed class ConsoleShop(SharedStores stores) : IAsyncLifetime
{
    private const string Email = "boss@example.test";

    private RunningShop _shop = null!;
    private HttpClient _client = null!;

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

    public Task<HttpResponseMessage> Post(string path, string form, string? cookie = null, string site = "same-origin") => Send(
        new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded"),
            Headers = { { "Sec-Fetch-Site", site } },
        },
        cookie, at: null);

    /// <summary>In the name of the administrator, as a program.</summary>
    public async Task<HttpResponseMessage> Api(HttpMethod method, string path, string? json = null, string? ifMatch = null)
    {
        var request = new HttpRequestMessage(method, path) { Headers = { { "Sec-Fetch-Site", "same-origin" } } };
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", $"{Ids.GetAndIncrement()}");
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        var token = (await SignIn()).Split('=', 2)[1];
        return await Send(request, $"sid={token}", at: null);
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
        await _shop.DisposeAsync();
    }

    private Task<HttpResponseMessage> Send(HttpRequestMessage request, string? cookie, HttpClient? at)
    {
        request.Headers.TryAddWithoutValidation("Accept", "text/html");
        if (cookie is not null)
            request.Headers.TryAddWithoutValidation("Cookie", cookie);
        return (at ?? _client).SendAsync(request);
    }

    private static class Ids
    {
        private static int _last;

        public static int GetAndIncrement() => Interlocked.Increment(ref _last);
    }
}
