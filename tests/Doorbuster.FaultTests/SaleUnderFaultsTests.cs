using System.Text.Json;
using Doorbuster.IntegrationTests;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Embedded;
using Doorbuster.Platform.Redis;
using StackExchange.Redis;

namespace Doorbuster.FaultTests;

/// <summary>
/// A sale through HTTP by the built program, with a part killed in the middle. Buyers retry their keys; afterwards the audit counts
/// every unit and looks for every "it is yours" that was said. The short form kills the program; all of it: <c>./test faults</c>.
/// </summary>
[Trait("kind", "fault")]
public sealed class SaleUnderFaultsTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly string[] MustBeNone =
        ["oversold", "lost", "duplicates", "over_limit", "drift", "unaccounted", "unseen", "unpaid_after_approval"];

    private RunningShop _shop = null!;

    private string Tokens => Path.Combine(_shop.Folder!, "tokens");

    public async ValueTask InitializeAsync()
    {
        _shop = await RunningShop.Up();
        var goods = Path.Combine(_shop.Folder!, "goods.csv");
        await File.WriteAllTextAsync(goods, "sku,title,price,stock\nMUG,A mug,9.99,40\n");
        await _shop.Ask("catalog", "import", goods);
        await _shop.Ask("user", "tokens", "--count", "4000", "--out", Tokens);
    }

    public ValueTask DisposeAsync() => _shop.DisposeAsync();

    [Fact]
    public Task The_program_is_killed_and_started_again() => Sale(people: 2_500, units: 1_000, async () =>
    {
        await _shop.Kill();
        await _shop.Start();
    });

    [Fact, Trait("length", "long")]
    public Task The_program_is_killed_three_times() => Sale(people: 4_000, units: 2_000, async () =>
    {
        for (var i = 0; i < 3; i++)
        {
            await _shop.Kill();
            await _shop.Start();
        }
    });

    [Fact, Trait("length", "long")]
    public Task The_gate_is_killed() => Sale(people: 4_000, units: 2_000, () => Kill(_shop.Status.RedisGate.ProcessId));

    [Fact, Trait("length", "long")]
    public Task The_cache_is_killed() => Sale(people: 4_000, units: 2_000, () => Kill(_shop.Status.RedisCache.ProcessId));

    [Fact, Trait("length", "long")]
    public Task PostgreSQL_is_killed() => Sale(people: 4_000, units: 2_000, () => Kill(_shop.Status.Postgres.ProcessId));

    [Fact, Trait("length", "long")]
    public Task The_gate_forgets_everything() => Sale(people: 4_000, units: 2_000, async () =>
    {
        var gate = ConfigurationOptions.Parse(_shop.Status.RedisGate.ConnectionString);
        gate.AllowAdmin = true;
        await using var connection = new Connected(await ConnectionMultiplexer.ConnectAsync(gate));
        await connection.Redis.GetServer(gate.EndPoints[0]).FlushAllDatabasesAsync();
    });

    [Fact, Trait("length", "long")]
    public Task The_gate_stands_still_for_three_seconds() => Sale(people: 4_000, units: 2_000, async () =>
    {
        var gate = _shop.Status.RedisGate.ProcessId;
        Unix.Signal(gate, Unix.Halt);
        await Task.Delay(TimeSpan.FromSeconds(3));    // the fault itself, not a wait for something
        Unix.Signal(gate, Unix.Continue);
    });

    private static Task Kill(int process)
    {
        Unix.Signal(process, Unix.Kill);
        return Task.CompletedTask;
    }

    private async Task Sale(int people, int units, Func<Task> fault)
    {
        var made = await _shop.Ask(
            "sale", "create", "--product", "MUG", "--units", $"{units}", "--limit", "1", "--price", "9.99", "--opens", "now");
        var sale = made.GetProperty("id").GetString()!;

        var loading = RunningShop.Run(
            "load", "sale", "--json", "--data", _shop.Folder!, "--tokens", Tokens, "--sale", sale, "--people", $"{people}",
            "--rate", "250", "--payers", "20%", "--lose-replies", "2%", "--patience", "45s");
        await Eventually.IsTrue(
            async () => (await _shop.Ask("sale", "audit", sale)).GetProperty("held").GetInt64() > 50, "The first claims are in.");
        await fault();

        var (code, printed, errors) = await loading;
        Assert.True(printed.StartsWith('{'), errors);
        var report = JsonDocument.Parse(printed).RootElement;
        output.WriteLine($"{report.GetProperty("outcome")}\n{report.GetProperty("correctness")}");

        var correctness = report.GetProperty("correctness");
        Assert.All(MustBeNone, name => Assert.True(
            correctness.GetProperty(name) is { ValueKind: JsonValueKind.Number } count && count.GetInt64() == 0,
            $"{name}: {report.GetProperty("outcome")}\n{correctness}\n{report.GetProperty("answers")}\n{report.GetProperty("notes")}"));
        Assert.Equal(ExitCode.Ok, code);
        Assert.Equal(units, report.GetProperty("outcome").GetProperty("admitted").GetInt64());
        Assert.True((await _shop.Ask("sale", "audit", sale)).GetProperty("clean").GetBoolean());
    }

    private sealed record Connected(ConnectionMultiplexer Redis) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Redis.CloseAsync();
            Redis.Dispose();
        }
    }
}
