using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Doorbuster.Contracts.Accounts;
using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Doorbuster.Tests.Web;

/// <summary>The web platform with a few endpoints and no store, on a port of its own.</summary>
internal sealed class TinyShop : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TinyShop(WebApplication app)
    {
        _app = app;
        Client = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        Client.BaseAddress = new Uri(app.Urls.First());
    }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<TinyShop> Start(
        Action<WebApplication> map, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<ISessions, NamedSessions>();
        builder.Services.AddSingleton<AuditStore>();    // never asked: what is mapped names it
        builder.Services.AddSingleton<QueueStore>();
        builder.AddWeb();
        builder.Logging.ClearProviders();
        configure?.Invoke(builder);
        var app = builder.Build();
        app.UseWeb();
        map(app);
        await app.StartAsync();
        return new TinyShop(app);
    }

    public async Task<Answer> Send(
        HttpMethod method, string path, string? body = null, string? bearer = null,
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (bearer is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        foreach (var (name, value) in headers)
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content!.Headers.TryAddWithoutValidation(name, value);
        using var response = await Client.SendAsync(request);
        return new Answer(
            (int)response.StatusCode,
            await response.Content.ReadAsStringAsync(),
            response.Content.Headers.ContentType?.MediaType,
            response.Headers.Concat(response.Content.Headers).ToDictionary(
                h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }

    public sealed record Answer(int Status, string Body, string? Type, Dictionary<string, string> Headers)
    {
        public JsonElement Json => JsonDocument.Parse(Body).RootElement;

        public string? Code => Type == "application/problem+json" ? Json.GetProperty("code").GetString() : null;
    }

    // The token is its holder's name: "ada" and "admin" live, "ended" is signed but its session is gone,
    // "guest" never had one.
    private sealed class NamedSessions : ISessions
    {
        private static readonly string[] Names = ["guest", "ada", "admin", "ended", "away"];

        public bool TryRead(ReadOnlySpan<char> token, out SignedToken found)
        {
            var at = Array.IndexOf(Names, token.ToString());
            found = new SignedToken(at, at + 99);
            return at >= 0;
        }

        public async ValueTask<Session?> Confirm(SignedToken token, CancellationToken cancel)
        {
            await Task.Yield();
            return Names[token.Session] switch
            {
                "ended" => null,
                "away" => throw new Doorbuster.Platform.StoreAwayException("redis-gate"),
                "guest" => Session.OfGuest(token.Person),
                var name => new Session(token.Session, token.Person, name == "admin", DateTimeOffset.MaxValue),
            };
        }

        public ValueTask<GuestToken> NewGuest(CancellationToken cancel) => throw new NotSupportedException();
    }
}
