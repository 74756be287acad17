using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Doorbuster.Catalog;
using Doorbuster.Contracts.Accounts;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Doorbuster.IntegrationTests.Web;

public sealed class TraceTests(Database database) : IClassFixture<Database>
{
    [Fact]
    public async Task One_trace_leads_from_the_click_to_the_written_order()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("Doorbuster", StringComparison.Ordinal),
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var app = await Start();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "anything");
        var sale = await NewSale(client);

        var trace = ActivityTraceId.CreateRandom().ToHexString();
        using var click = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/sales/{sale}/claims");
        click.Content = JsonContent.Create(new { quantity = 1 });
        click.Headers.Add(IdempotencyKey.HeaderName, "click");
        click.Headers.Add("traceparent", $"00-{trace}-00f067aa0ba902b7-01");
        using var answer = await client.SendAsync(click);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal([trace], answer.Headers.GetValues("X-Request-Id"));
        await Eventually.IsTrue(
            () => spans.Any(span => span.Source.Name == "Doorbuster.Orders" && span.TraceId.ToHexString() == trace),
            "the order's span is in the click's trace");
        Assert.Contains(spans, span =>
            span.TraceId.ToHexString() == trace && span.DisplayName == "POST /api/v1/sales/{id}/claims");
        await app.StopAsync();
    }

    private async Task<WebApplication> Start()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(database.Addresses.Configuration).Build();
        var app = Server.Build(Roles.Named("all"), new Listen(IPAddress.Loopback, 0), configuration,
            services => services.AddSingleton<ISessions, OneAdministrator>().AddLogging(log => log.ClearProviders()));
        await app.StartAsync();
        await new CatalogFeature().Seed(app.Services, CancellationToken.None);
        return app;
    }

    private static async Task<string> NewSale(HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/admin/v1/sales");
        request.Content = JsonContent.Create(
            new { sku = "MIDNIGHT-MUG", units = 10, price = new { amount = 999, currency = "GBP" }, opensAt = "now" });
        request.Headers.Add(IdempotencyKey.HeaderName, "sale");
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("id").GetString()!;
    }
}

/// <summary>Whoever comes is person 1, who may do everything.</summary>
internal sealed class OneAdministrator : ISessions
{
    public bool TryRead(ReadOnlySpan<char> token, out SignedToken found)
    {
        found = new SignedToken(1, 1);
        return true;
    }

    public ValueTask<Session?> Confirm(SignedToken token, CancellationToken cancel) =>
        ValueTask.FromResult<Session?>(new Session(1, 1, IsAdmin: true, DateTimeOffset.MaxValue));

    public ValueTask<GuestToken> NewGuest(CancellationToken cancel) => throw new NotSupportedException();
}
