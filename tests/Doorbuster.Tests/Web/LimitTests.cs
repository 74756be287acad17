using System.Net.Sockets;
using System.Text;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Doorbuster.Tests.Web;

public sealed class LimitTests
{
    [Fact]
    public async Task A_body_over_64_KiB_is_refused()
    {
        await using var shop = await TinyShop.Start(app =>
            app.MapPost("/echo", (Text text) => text.Value.Length).ForAnyone());

        var read = await shop.Send(HttpMethod.Post, "/echo", $$"""{"value":"{{new string('a', 60_000)}}"}""");
        Assert.Equal(200, read.Status);
        var refused = await shop.Send(HttpMethod.Post, "/echo", $$"""{"value":"{{new string('a', 70_000)}}"}""");
        Assert.Equal((413, "body_too_large"), (refused.Status, refused.Code));
    }

    [Fact]
    public async Task Headers_over_16_KiB_are_refused()
    {
        await using var shop = await TinyShop.Start(app => app.MapGet("/", () => "yes").ForAnyone());

        Assert.Equal(431, (await shop.Send(HttpMethod.Get, "/", headers: ("X-Long", new string('a', 17_000)))).Status);
    }

    [Fact]
    public async Task Every_answer_is_named_and_not_to_be_guessed_at_and_says_nothing_about_the_server()
    {
        await using var shop = await TinyShop.Start(app => app.MapGet("/", () => "yes").ForAnyone());

        foreach (var path in new[] { "/", "/nowhere", "/livez" })
        {
            var answer = await shop.Send(HttpMethod.Get, path);
            Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
            Assert.Matches("^[0-9a-f]{32}$", answer.Headers[RequestId.HeaderName]);
            Assert.False(answer.Headers.ContainsKey("Server"));
        }
    }

    [Fact]
    public async Task A_request_that_takes_too_long_is_given_up_and_its_work_told_so()
    {
        await using var shop = await TinyShop.Start(app =>
        {
            app.MapGet("/slow", Forever).ForAnyone().TakesAtMost(TimeSpan.FromMilliseconds(50));
            app.MapGet("/default", Forever).ForAnyone();
        }, builder => builder.Services.Configure<WebOptions>(web =>
            web.RequestTimeout = TimeSpan.FromMilliseconds(100)));

        foreach (var path in new[] { "/slow", "/default" })
        {
            var answer = await shop.Send(HttpMethod.Get, path);
            Assert.Equal((504, "timed_out"), (answer.Status, answer.Code));
        }
    }

    [Fact]
    public async Task A_long_poll_outlives_the_limit_and_ends_when_the_process_stops()
    {
        var entered = new TaskCompletionSource();
        await using var shop = await TinyShop.Start(app => app.MapGet("/poll", async (CancellationToken cancel) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), cancel);
            entered.SetResult();
            await Task.Delay(Timeout.Infinite, cancel);
        }).ForAnyone().TakesLong(), builder =>
            builder.Services.Configure<WebOptions>(web => web.RequestTimeout = TimeSpan.FromMilliseconds(100)));

        var poll = shop.Send(HttpMethod.Get, "/poll");
        await entered.Task;
        shop.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        var answer = await poll;
        Assert.Equal((503, "stopping"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Draining_says_not_ready_while_still_serving_and_finishes_what_runs()
    {
        var (entered, mayLeave) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var shop = await TinyShop.Start(app =>
        {
            app.MapGet("/work", async () =>
            {
                entered.SetResult();
                await mayLeave.Task;
                return "done";
            }).ForAnyone();
        }, builder => builder.Services.Configure<WebOptions>(web => web.DrainDelay = TimeSpan.FromSeconds(1)));
        Assert.Equal((200, "ready"), await Outcome(shop, "/readyz"));

        var work = Outcome(shop, "/work");
        await entered.Task;
        var stopped = shop.Services.GetRequiredService<IHost>().StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal((503, "draining"), await Outcome(shop, "/readyz"));
        Assert.Equal((200, "alive"), await Outcome(shop, "/livez"));
        mayLeave.SetResult();
        Assert.Equal((200, "done"), await work);
        await stopped;
        await Assert.ThrowsAsync<HttpRequestException>(() => Outcome(shop, "/livez"));
    }

    [Fact]
    public async Task Readiness_can_be_asked_in_detail()
    {
        await using var shop = await TinyShop.Start(_ => { });

        var answer = await shop.Send(HttpMethod.Get, "/readyz?verbose");

        Assert.True(answer.Json.GetProperty("ready").GetBoolean());
        Assert.Equal(["postgres", "redis-gate", "redis-cache"],
            answer.Json.GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Connections_beyond_the_limit_are_closed()
    {
        await using var shop = await TinyShop.Start(
            app => app.MapGet("/", () => "yes").ForAnyone(),
            builder => builder.Services.Configure<WebOptions>(web => web.ConnectionsMax = 2));

        using var first = await Connect(shop);
        using var second = await Connect(shop);
        using var third = await Connect(shop);

        Assert.StartsWith("HTTP/1.1 200", await Ask(first), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200", await Ask(second), StringComparison.Ordinal);
        Assert.Equal("", await Ask(third));
    }

    public sealed record Text(string Value);

    private static async Task<string> Forever(CancellationToken cancel)
    {
        await Task.Delay(Timeout.Infinite, cancel);
        return "never";
    }

    private static async Task<(int, string)> Outcome(TinyShop shop, string path)
    {
        var answer = await shop.Send(HttpMethod.Get, path);
        return (answer.Status, answer.Body);
    }

    private static async Task<TcpClient> Connect(TinyShop shop)
    {
        var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", shop.Client.BaseAddress!.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: shop\r\n\r\n"));
        return client;
    }

    private static async Task<string> Ask(TcpClient client)
    {
        var buffer = new byte[1024];
        try
        {
            return Encoding.ASCII.GetString(buffer, 0, await client.GetStream().ReadAsync(buffer));
        }
        catch (IOException)
        {
            return "";    // reset
        }
    }
}
