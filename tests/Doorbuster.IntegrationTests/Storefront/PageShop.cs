using System.Text;

namespace Doorbuster.IntegrationTests.Storefront;

/// <summary>An empty shop as a process, with one person in it.</summary>
public sealed class PageShop(SharedStores stores) : IAsyncLifetime
{
    public const string Ada = "email=ada%40example.test&password=demo-password";

    private RunningShop _shop = null!;
    private HttpClient _client = null!;

    public StoreAddresses Addresses { get; private set; } = null!;

    public string Origin => _shop.Client.BaseAddress!.ToString().TrimEnd('/');

    public async ValueTask InitializeAsync()
    {
        Addresses = await stores.NewDatabase();
        _shop = await RunningShop.Serve(Addresses);
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        { BaseAddress = _shop.Client.BaseAddress };
        using var ada = new StringContent(
            """{"email":"ada@example.test","password":"demo-password","displayName":"Ada"}""", Encoding.UTF8, "application/json");
        (await _client.PostAsync(new Uri("/api/v1/accounts", UriKind.Relative), ada)).EnsureSuccessStatusCode();
    }

    public Task<HttpResponseMessage> Get(
        string path, string? accept = null, string? cookie = null, string? encoding = null, string? language = null,
        string? ifNoneMatch = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        Add(request, ("Accept", accept), ("Cookie", cookie), ("Accept-Encoding", encoding), ("Accept-Language", language),
            ("If-None-Match", ifNoneMatch));
        return _client.SendAsync(request);
    }

    public Task<HttpResponseMessage> Post(string path, string form, string? site, string? origin, string? cookie = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path)
        { Content = new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded") };
        Add(request, ("Sec-Fetch-Site", site), ("Origin", origin), ("Accept", "text/html"), ("Cookie", cookie));
        return _client.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _shop.DisposeAsync();
    }

    private static void Add(HttpRequestMessage request, params (string Name, string? Value)[] headers)
    {
        foreach (var (name, value) in headers)
            if (value is not null)
                request.Headers.TryAddWithoutValidation(name, value);
    }
}
