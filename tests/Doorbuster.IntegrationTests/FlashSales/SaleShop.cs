using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Doorbuster.IntegrationTests.FlashSales;

/// <summary>A running shop with the demonstration catalog, somebody who runs it and many who buy.</summary>
public sealed class SaleShop : IAsyncLifetime
{
    private const string Sku = "MIDNIGHT-MUG";
    private const int Buyers = 400;

    private string[] _tokens = [];
    private int _nextBuyer;
    private int _nextKey;

    public RunningShop Shop { get; private set; } = null!;

    public HttpClient Admin { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Shop = await RunningShop.Up(demo: true);
        var admin = await Shop.Ask("user", "create-admin", "--email", "boss@example.test");
        using var signedIn = await Shop.Client.PostAsJsonAsync("/api/v1/sessions", new
        {
            email = "boss@example.test",
            password = admin.GetProperty("password").GetString(),
        });
        Admin = ClientOf((await Json(signedIn)).GetProperty("token").GetString()!);

        var file = Path.Combine(Shop.Folder!, "tokens.txt");
        await Shop.Ask("user", "tokens", "--count", $"{Buyers}", "--out", file);
        _tokens = await File.ReadAllLinesAsync(file);
    }

    /// <summary>Somebody who never bought anything.</summary>
    public HttpClient NewBuyer() => ClientOf(_tokens[Interlocked.Increment(ref _nextBuyer) - 1]);

    public string NewKey() => $"key-{Interlocked.Increment(ref _nextKey)}";

    /// <summary>A sale of its own, open now unless told otherwise.</summary>
    public async Task<string> Sale(int units, int? limit = null, string opens = "now", string? closes = null) =>
        (await Json(await PostSale(
            new { sku = Sku, units, limitPerPerson = limit, price = Price(), opensAt = opens, closesAt = closes })))
            .GetProperty("id").GetString()!;

    public async Task<HttpResponseMessage> PostSale(object body, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/admin/v1/sales");
        request.Content = JsonContent.Create(body);
        request.Headers.Add("Idempotency-Key", key ?? NewKey());
        return await Admin.SendAsync(request);
    }

    public async Task<HttpResponseMessage> Change(string sale, object change, string? version = null)
    {
        if (version is null)
        {
            using var read = await Admin.GetAsync($"/api/admin/v1/sales/{sale}");
            version = read.Headers.ETag!.Tag;
        }
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"/api/admin/v1/sales/{sale}");
        request.Content = JsonContent.Create(change);
        request.Headers.TryAddWithoutValidation("If-Match", version);
        return await Admin.SendAsync(request);
    }

    public async Task<HttpResponseMessage> Claim(
        HttpClient buyer, string sale, string? key = "", string body = """{"quantity":1}""",
        string type = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/sales/{sale}/claims")
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)),
        };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key.Length == 0 ? NewKey() : key);
        return await buyer.SendAsync(request);
    }

    public async Task<JsonElement> Audit(string sale) =>
        await Json(await Admin.GetAsync($"/api/admin/v1/sales/{sale}/audit"));

    public async Task<JsonElement> State(string sale) =>
        await Json(await Shop.Client.GetAsync($"/api/v1/sales/{sale}/state"));

    public async Task<string?> Phase(string sale) => (await State(sale)).GetProperty("phase").GetString();

    /// <summary>The code of a 409.</summary>
    public static Task<string> Conflict(HttpResponseMessage answer) => Refused(HttpStatusCode.Conflict, answer);

    /// <summary>The code of a refusal with this status.</summary>
    public static async Task<string> Refused(HttpStatusCode status, HttpResponseMessage answer)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        return (await Json(answer)).GetProperty("code").GetString()!;
    }

    public static async Task<JsonElement> Json(HttpResponseMessage answer)
    {
        using (answer)
        {
            var text = await answer.Content.ReadAsStringAsync();
            return text.Length > 0 ? JsonDocument.Parse(text).RootElement.Clone() : default;
        }
    }

    public static object Price() => new { amount = 999, currency = "GBP" };

    public async ValueTask DisposeAsync()
    {
        Admin?.Dispose();
        if (Shop is not null)
            await Shop.DisposeAsync();
    }

    private HttpClient ClientOf(string token)
    {
        var client = new HttpClient { BaseAddress = Shop.Client.BaseAddress, Timeout = TimeSpan.FromSeconds(40) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }
}
