using System.Collections.Concurrent;
using System.Text;
using Doorbuster.Contracts.Accounts;
using Doorbuster.Platform.Web;
using Doorbuster.Storefront;
using Doorbuster.Tests.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.Tests.Storefront;

/// <summary>The shop's pages over HTTP, with an API that answers what the test wants: also what the real one answers only in
/// need.</summary>
internal sealed class StandInShop : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, (int Status, string Body)> _answers = new();
    private readonly ConcurrentQueue<(string What, string Body)> _asked = new();
    private TinyShop _shop = null!;

    public static async Task<StandInShop> Start()
    {
        var shop = new StandInShop();
        var storefront = new StorefrontFeature();
        shop._shop = await TinyShop.Start(
            app =>
            {
                storefront.MapEndpoints(app);
                app.MapMethods("/api/{**rest}", ["GET", "POST", "PATCH", "PUT", "DELETE"], shop.Answer).ForAnyone();
            },
            builder =>
            {
                storefront.AddServices(builder);
                builder.Services.AddSingleton<ICustomerGroups, NoGroups>();
            });
        shop._shop.Client.DefaultRequestHeaders.Add("Accept", "text/html");
        shop._shop.Client.DefaultRequestHeaders.Add("Cookie", "sid=ada");
        shop._shop.Client.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
        return shop;
    }

    /// <param name="what"><c>GET /api/v1/me/wallet</c>, without the query.</param>
    /// <param name="body">JSON; a problem's code alone becomes a problem.</param>
    public void Say(string what, int status, string body) =>
        _answers[what] = (status, body.StartsWith('{') ? body : $$"""{"code":"{{body}}","status":{{status}},"title":"No."}""");

    /// <summary>The bodies that came with it.</summary>
    public IReadOnlyList<string> Asked(string what) => [.. _asked.Where(one => one.What == what).Select(one => one.Body)];

    /// <summary>As somebody who is signed in.</summary>
    public async Task<(int Status, string Body)> Get(string path)
    {
        using var answer = await _shop.Client.GetAsync(new Uri(path, UriKind.Relative));
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async Task<(int Status, string Body)> Post(string path, string form)
    {
        using var content = new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded");
        using var answer = await _shop.Client.PostAsync(new Uri(path, UriKind.Relative), content);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public ValueTask DisposeAsync() => _shop.DisposeAsync();

    private async Task Answer(HttpContext http)
    {
        var what = $"{http.Request.Method} {http.Request.Path}";
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        _asked.Enqueue((what, await reader.ReadToEndAsync(http.RequestAborted)));
        var (status, body) = _answers.GetValueOrDefault(what, (404, """{"code":"not_found","status":404,"title":"No."}"""));
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(body, http.RequestAborted);
    }

    private sealed class NoGroups : ICustomerGroups
    {
        public ValueTask<IReadOnlyList<string>> GroupsOf(long person, CancellationToken cancel) => new([]);

        public Task<bool> Exists(string code, CancellationToken cancel) => Task.FromResult(false);
    }
}
