using System.Diagnostics;
using System.Net;
using Doorbuster.Platform.Telemetry;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;

namespace Doorbuster.Tests.Web;

public sealed class TelemetryTests
{
    [Fact]
    public async Task Metrics_tell_how_long_requests_took_by_route()
    {
        await using var shop = await TinyShop.Start(app => app.MapGet("/things/{id}", (long id) => id).ForAnyone());
        await shop.Send(HttpMethod.Get, "/things/7");

        var answer = await Eventually(
            () => shop.Send(HttpMethod.Get, "/metrics"),
            a => a.Body.Contains("/things/{id}", StringComparison.Ordinal));

        Assert.Equal("text/plain", answer.Type);
        Assert.Contains("# TYPE http_server_request_duration_seconds histogram", answer.Body, StringComparison.Ordinal);
        Assert.Contains("http_route=\"/things/{id}\"", answer.Body, StringComparison.Ordinal);
        Assert.Contains("dotnet_gc_collections_total{", answer.Body, StringComparison.Ordinal);
        Assert.All(answer.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries), line =>
            Assert.Matches(
                "^(# (HELP|TYPE) [a-zA-Z_:]\\w* .*|[a-zA-Z_:]\\w*(\\{.*\\})? (-?[0-9.eE+-]+|NaN|[+-]Inf))$", line));
    }

    [Fact]
    public void Times_are_counted_by_route_and_status_in_buckets_that_add_up()
    {
        var times = new RequestTimes();
        var route = times.Of("GET", "/a/{b}");
        foreach (var ms in (int[])[0, 3, 3, 20_000])
            route.Record(200, Stopwatch.Frequency / 1_000 * ms);
        route.Record(404, 0);

        var text = new System.Text.StringBuilder();
        times.WriteTo(text);
        var lines = text.ToString().Split('\n');

        const string labels = "http_request_method=\"GET\",http_route=\"/a/{b}\",http_response_status_code=\"200\"";
        Assert.Contains($"http_server_request_duration_seconds_bucket{{{labels},le=\"0.001\"}} 1", lines);
        Assert.Contains($"http_server_request_duration_seconds_bucket{{{labels},le=\"0.005\"}} 3", lines);
        Assert.Contains($"http_server_request_duration_seconds_bucket{{{labels},le=\"10\"}} 3", lines);
        Assert.Contains($"http_server_request_duration_seconds_bucket{{{labels},le=\"+Inf\"}} 4", lines);
        Assert.Contains($"http_server_request_duration_seconds_count{{{labels}}} 4", lines);
        Assert.Contains($"http_server_request_duration_seconds_sum{{{labels}}} 20.006", lines);
        Assert.Contains(lines, line => line.Contains("http_response_status_code=\"404\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_page_of_the_API_comes_with_its_files()
    {
        await using var shop = await TinyShop.Start(app =>
            app.MapGet("/things/{id}", (long id) => id).ForAnyone().WithName("GetThing"));

        var page = await shop.Send(HttpMethod.Get, "/docs/api/index.html");
        Assert.Equal((200, "text/html"), (page.Status, page.Type));
        foreach (var file in (string[])["swagger-ui.css", "swagger-ui-bundle.js", "index.js"])
            Assert.Equal((file, 200), (file, (await shop.Send(HttpMethod.Get, "/docs/api/" + file)).Status));
        Assert.Equal(404, (await shop.Send(HttpMethod.Get, "/docs/api/nothing.js")).Status);
        Assert.Equal("GetThing", (await shop.Send(HttpMethod.Get, "/openapi/v1.json")).Json
            .GetProperty("paths").GetProperty("/things/{id}").GetProperty("get")
            .GetProperty("operationId").GetString());
    }

    [Fact]
    public async Task Every_code_leads_to_its_page()
    {
        await using var shop = await TinyShop.Start(_ => { });

        var refused = await shop.Send(HttpMethod.Get, "/nowhere");
        var page = await shop.Send(HttpMethod.Get, refused.Json.GetProperty("type").GetString()!);

        Assert.Equal((200, "text/html"), (page.Status, page.Type));
        Assert.Contains("What to do", page.Body, StringComparison.Ordinal);
        Assert.Equal(404, (await shop.Send(HttpMethod.Get, "/problems/unheard_of")).Status);
    }

    [Fact]
    public async Task Metrics_are_not_for_those_outside()
    {
        await using var shop = await TinyShop.Start(_ => { });

        var passedOn = await shop.Send(HttpMethod.Get, "/metrics", headers: ("X-Forwarded-For", "203.0.113.7"));
        Assert.Equal(404, passedOn.Status);
        Assert.False(Metrics.IsPrivate(IPAddress.Parse("203.0.113.7")));
        Assert.True(Metrics.IsPrivate(IPAddress.Parse("::ffff:10.1.2.3")));
    }

    [Fact]
    public async Task A_request_its_caller_traces_is_followed_under_the_callers_id()
    {
        await using var shop = await TinyShop.Start(app =>
            app.MapGet("/trace", () => Activity.Current?.Id ?? "none").ForAnyone());
        var trace = "4bf92f3577b34da6a3ce929d0e0e4736";

        var traced = await shop.Send(HttpMethod.Get, "/trace",
            headers: ("traceparent", $"00-{trace}-00f067aa0ba902b7-01"));
        Assert.StartsWith($"00-{trace}-", traced.Body, StringComparison.Ordinal);
        Assert.EndsWith("-01", traced.Body, StringComparison.Ordinal);
        Assert.Equal(trace, traced.Headers[RequestId.HeaderName]);

        Assert.Equal("none", (await shop.Send(HttpMethod.Get, "/trace")).Body);
        var unsampled = await shop.Send(
            HttpMethod.Get, "/trace", headers: ("traceparent", $"00-{trace}-00f067aa0ba902b7-00"));
        Assert.Equal("none", unsampled.Body);
    }

    // The measurement is taken after the answer is sent.
    private static async Task<TinyShop.Answer> Eventually(
        Func<Task<TinyShop.Answer>> ask, Func<TinyShop.Answer, bool> isGood)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await ask();
            if (isGood(answer) || TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromSeconds(5))
                return answer;
        }
    }
}
