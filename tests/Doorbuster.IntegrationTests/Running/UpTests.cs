using System.Globalization;
using System.Net;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Embedded;
using Npgsql;

namespace Doorbuster.IntegrationTests.Running;

/// <summary>The life of <c>doorbuster up</c>: start, death, start again.</summary>
public sealed class UpTests
{
    [Fact]
    public async Task A_second_start_in_the_same_folder_is_refused_and_names_the_first()
    {
        await using var shop = await RunningShop.Up();
        var (code, _, errors) = await RunningShop.Run(
            "up", "--data", shop.Folder!, "--port", $"{RunningShop.FreePort()}");

        Assert.Equal(ExitCode.Conflict, code);
        Assert.Contains("running already", errors, StringComparison.Ordinal);
        Assert.Contains($"process {shop.ProcessId}", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_is_refused_with_who_has_it_and_what_to_do()
    {
        await using var shop = await RunningShop.Up();
        var folder = RunningShop.NewFolder();
        var (code, _, errors) = await RunningShop.Run("up", "--data", folder, "--port", $"{shop.Port}");
        Directory.Delete(folder, recursive: true);

        Assert.Equal(ExitCode.Conflict, code);
        Assert.Contains(
            $"Port {shop.Port} on 127.0.0.1 is taken by process {shop.ProcessId}", errors, StringComparison.Ordinal);
        Assert.Contains("--port", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SIGTERM_ends_the_program_and_its_stores_in_order()
    {
        await using var shop = await RunningShop.Up();
        var children = Children(shop.Status);

        Assert.Equal(ExitCode.Ok, await shop.Terminate());

        Assert.All(children, child => Assert.False(Unix.IsAlive(child)));
        Assert.Null(Installation.FindRunning(shop.Folder!));
    }

    [Fact]
    public async Task Killed_it_takes_its_stores_along_and_starts_again_with_everything_it_had()
    {
        await using var shop = await RunningShop.Up();
        var before = shop.Status;
        await Execute(before, "create table public.kept (value int); insert into public.kept values (42)");

        await shop.Kill();
        await Eventually.IsTrue(() => !Children(before).Any(Unix.IsAlive), "the killed program's stores end too");
        await shop.Start();

        Assert.Equal(42, await Execute(shop.Status, "select value from public.kept"));
        Assert.Equal(before.Postgres.ConnectionString, shop.Status.Postgres.ConnectionString);
        Assert.Equal(before.RedisGate.ConnectionString, shop.Status.RedisGate.ConnectionString);
    }

    [Theory]
    [InlineData(Unix.Kill)]
    [InlineData(Unix.Terminate)]
    public async Task Ended_while_it_makes_its_database_it_starts_afresh(int signal)
    {
        await using var shop = RunningShop.New();
        await shop.Begin();
        await Eventually.IsTrue(
            () => shop.Output.Contains("Making a PostgreSQL", StringComparison.Ordinal), "initdb is started");
        await (signal == Unix.Kill ? shop.Kill() : shop.Terminate());

        await shop.Start();

        Assert.Equal(1, await Execute(shop.Status, "select 1"));
    }

    [Fact, Trait("kind", "fault"), Trait("length", "long")]
    public async Task It_starts_again_at_once_while_the_killed_ones_stores_are_still_stopping()
    {
        await using var shop = await RunningShop.Up();
        for (var i = 0; i < 3; i++)
        {
            await shop.Kill();
            await shop.Start();
        }
        Assert.Equal(HttpStatusCode.OK, (await shop.Client.GetAsync(new Uri("/livez", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task A_killed_store_is_started_again_and_found_at_the_same_address()
    {
        await using var shop = await RunningShop.Up();
        var before = shop.Status;
        foreach (var child in Children(before))
            Unix.Signal(child, Unix.Kill);

        await Eventually.IsTrue(
            () => !Children(shop.Status).Intersect(Children(before)).Any() && Children(shop.Status).All(Unix.IsAlive),
            "all three stores run again under other numbers", TimeSpan.FromSeconds(30));
        await Eventually.IsTrue(() => Answers(shop.Status), "PostgreSQL has recovered", TimeSpan.FromSeconds(30));
        Assert.Equal(before.Postgres.ConnectionString, shop.Status.Postgres.ConnectionString);
    }

    [Fact]
    public async Task A_port_that_somebody_took_meanwhile_is_replaced_by_another()
    {
        await using var shop = await RunningShop.Up();
        var before = shop.Status.RedisGate.Port;
        await shop.Terminate();
        using var thief = new System.Net.Sockets.TcpListener(IPAddress.Loopback, before);
        thief.Start();

        await shop.Start();

        Assert.NotEqual(before, shop.Status.RedisGate.Port);
        Assert.Equal(1, await Execute(shop.Status, "select 1"));
    }

    [Fact]
    public async Task Ctrl_C_in_the_terminal_does_not_reach_the_stores()
    {
        await using var shop = await RunningShop.Up();
        Assert.All(Children(shop.Status), child => Assert.Equal(child, ProcessGroup(child)));
    }

    [Fact]
    public async Task Stores_run_without_privileges_and_listen_on_this_machine_only()
    {
        await using var shop = await RunningShop.Up();
        foreach (var child in Children(shop.Status))
            Assert.DoesNotContain(
                "Uid:\t0", await File.ReadAllTextAsync($"/proc/{child}/status"), StringComparison.Ordinal);
        foreach (var port in (int[])[
            shop.Port, shop.Status.Postgres.Port, shop.Status.RedisGate.Port, shop.Status.RedisCache.Port])
        {
            var hex = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
            var listening = File.ReadLines("/proc/net/tcp").Concat(File.ReadLines("/proc/net/tcp6"))
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(row => row[3] == "0A" && row[1].EndsWith(hex, StringComparison.Ordinal));
            Assert.All(listening, row => Assert.StartsWith("0100007F", row[1], StringComparison.Ordinal));
        }
    }

    private static int[] Children(RunningInstallation shop) =>
        [shop.Postgres.ProcessId, shop.RedisGate.ProcessId, shop.RedisCache.ProcessId];

    private static int ProcessGroup(int process)
    {
        var stat = File.ReadAllText($"/proc/{process}/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[2], CultureInfo.InvariantCulture);
    }

    private static async Task<bool> Answers(RunningInstallation shop)
    {
        try
        {
            return await Execute(shop, "select true") is true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static async Task<object?> Execute(RunningInstallation shop, string sql)
    {
        await using var db = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(shop.Postgres.ConnectionString) { Pooling = false });
        await using var command = db.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
