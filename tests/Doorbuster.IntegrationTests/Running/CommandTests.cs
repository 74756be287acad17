using System.Text.Json;
using Doorbuster.Platform.Commands;

namespace Doorbuster.IntegrationTests.Running;

public sealed class CommandTests
{
    [Fact]
    public async Task Status_tells_scripts_where_everything_is()
    {
        await using var shop = await RunningShop.Up();
        var status = await shop.Ask("status");

        Assert.Equal($"http://127.0.0.1:{shop.Port}", status.GetProperty("baseUrl").GetString());
        Assert.Equal(shop.ProcessId, status.GetProperty("processId").GetInt32());
        foreach (var store in (string[])["postgres", "redisGate", "redisCache"])
        {
            Assert.True(status.GetProperty(store).GetProperty("processId").GetInt32() > 0);
            Assert.Equal("127.0.0.1", status.GetProperty(store).GetProperty("host").GetString());
            Assert.True(status.GetProperty(store).GetProperty("port").GetInt32() > 0);
            Assert.NotEmpty(status.GetProperty(store).GetProperty("password").GetString()!);
        }
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite,
            File.GetUnixFileMode(Path.Combine(shop.Folder!, "running.json")));
    }

    [Fact]
    public async Task Status_of_nothing_ends_with_6_and_says_what_to_do()
    {
        var (code, output, errors) = await RunningShop.Run("status", "--json", "--data", "/nonexistent/shop");
        Assert.Equal(ExitCode.DependencyAway, code);
        Assert.Empty(output);
        Assert.Contains("./run", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_finds_a_running_shop_healthy_and_notices_a_setting_that_would_lose_sales()
    {
        await using var shop = await RunningShop.Up();
        Assert.True((await shop.Ask("doctor")).GetProperty("healthy").GetBoolean());

        await using (var db = Npgsql.NpgsqlDataSource.Create(shop.Status.Postgres.ConnectionString))
        await using (var off = db.CreateCommand("alter database doorbuster set synchronous_commit = off"))
            await off.ExecuteNonQueryAsync();
        var (code, output, _) = await RunningShop.Run("doctor", "--json", "--data", shop.Folder!);

        Assert.Equal(ExitCode.Failure, code);
        var finding = JsonDocument.Parse(output).RootElement.GetProperty("findings").EnumerateArray()
            .Single(one => one.GetProperty("subject").GetString() == "synchronous_commit");
        Assert.Equal("Fail", finding.GetProperty("level").GetString());
        Assert.NotEmpty(finding.GetProperty("toDo").GetString()!);
    }

    [Fact]
    public async Task A_command_starts_the_stores_of_a_shop_that_is_not_running()
    {
        await using var shop = await RunningShop.Up();
        await shop.Terminate();

        var (code, output, _) = await RunningShop.Run("migrate", "--json", "--data", shop.Folder!);

        Assert.Equal(ExitCode.Ok, code);
        Assert.Empty(JsonDocument.Parse(output).RootElement.GetProperty("steps").EnumerateArray());
        await shop.Start();
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("up", "--port", "70000")]
    [InlineData("up", "--port", "many")]
    [InlineData("up", "--listen", "somewhere")]
    [InlineData("serve", "--role", "king")]
    [InlineData("serve")]
    public async Task Nonsense_ends_with_2_and_a_sentence(params string[] arguments)
    {
        var (code, _, errors) = await RunningShop.Run(arguments);
        Assert.Equal(ExitCode.Usage, code);
        Assert.NotEmpty(errors);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_on_stores_that_are_away_ends_with_6_and_says_which()
    {
        var folder = RunningShop.NewFolder();
        var config = Path.Combine(folder, "shop.json");
        await File.WriteAllTextAsync(config,
            """
            {
              "Postgres": { "ConnectionString": "Host=127.0.0.1;Port=1;Username=a;Password=b" },
              "Redis": { "Gate": "127.0.0.1:1", "Cache": "127.0.0.1:1" }
            }
            """);
        var (code, _, errors) = await RunningShop.Run(
            "serve", "--config", config, "--port", $"{RunningShop.FreePort()}");
        Directory.Delete(folder, recursive: true);

        Assert.Equal(ExitCode.DependencyAway, code);
        Assert.Contains("PostgreSQL is away", errors, StringComparison.Ordinal);
    }
}
