using System.Net;
using System.Text.Json;

namespace Doorbuster.IntegrationTests.Web;

/// <summary>The built program as a process: how it ends, and what it says on the way.</summary>
public sealed class ProcessTests(Database database) : IClassFixture<Database>
{
    [Fact]
    public async Task On_SIGTERM_it_says_not_ready_goes_on_serving_and_then_ends_well()
    {
        await using var shop = await RunningShop.Serve(
            database.Addresses, settings: new() { ["Web:DrainDelay"] = "00:00:03" });

        var ended = shop.Terminate();
        var (ready, alive) = (HttpStatusCode.OK, HttpStatusCode.OK);
        var began = TimeProvider.System.GetTimestamp();
        while (ready == HttpStatusCode.OK && TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(3))
        {
            ready = await StatusOf(shop, "/readyz");
            alive = await StatusOf(shop, "/livez");
        }

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK), (ready, alive));
        Assert.Equal(0, await ended);
        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Its_log_is_JSON_and_its_figures_are_there()
    {
        await using var shop = await RunningShop.Serve(database.Addresses);

        var metrics = await shop.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        foreach (var name in (string[])
            ["http_server_request_duration_seconds_bucket", "dotnet_process_memory_working_set_bytes",
            "kestrel_active_connections", "db_client_"])
            Assert.Contains("\n" + name, metrics, StringComparison.Ordinal);

        var lines = shop.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line.StartsWith('{')).ToList();
        Assert.NotEmpty(lines);
        Assert.All(lines, line =>
            Assert.True(JsonDocument.Parse(line).RootElement.TryGetProperty("message", out _), line));
    }

    private static async Task<HttpStatusCode> StatusOf(RunningShop shop, string path)
    {
        using var answer = await shop.Client.GetAsync(new Uri(path, UriKind.Relative));
        return answer.StatusCode;
    }
}
