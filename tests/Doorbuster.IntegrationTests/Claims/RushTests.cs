using Doorbuster.Claims;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Doorbuster.Platform.Redis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Doorbuster.IntegrationTests.Claims;

/// <summary>20,000 units, 60,000 requests of 40,000 people, 8 writers on 2 processes; undisturbed and with a store lost midway.</summary>
public sealed class RushTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Units = 20_000;

    private readonly List<IHost> _processes = [];
    private Stores _stores = null!;
    private StoreAddresses _addresses = null!;

    public async ValueTask InitializeAsync()
    {
        _stores = await Stores.Start();
        _addresses = await _stores.NewDatabase();
        for (var i = 0; i < 2; i++)
        {
            var process = TestProcess.Build(_addresses, Work.Consumers | Work.Jobs, [new ClaimsFeature()]);
            await process.StartAsync();
            _processes.Add(process);
        }
    }

    [Fact]
    public Task Exactly_all_units_are_sold_to_people_within_their_limit() => Rush(meanwhile: null);

    [Fact, Trait("kind", "fault"), Trait("length", "long")]
    public Task So_they_are_when_Redis_is_flushed_midway() => Rush(async () =>
    {
        var gate = _processes[0].Services.GetRequiredService<GateRedis>();
        await gate.Call(db => db.ExecuteAsync("FLUSHALL"));
    });

    [Fact]
    public Task So_they_are_when_Redis_is_killed_midway() => Rush(() =>
    {
        _stores.Embedded.Gate.Kill();    // its supervisor starts it again
        return Task.CompletedTask;
    });

    [Fact, Trait("kind", "fault"), Trait("length", "long")]
    public Task So_they_are_when_PostgreSQL_is_restarted_midway() => Rush(async () =>
    {
        await _stores.Embedded.Postgres.Stop();
        await _stores.Embedded.Postgres.Start(CancellationToken.None);
    });

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.StopAsync();
            process.Dispose();
        }
        NpgsqlConnection.ClearAllPools();
        await _stores.DisposeAsync();
    }

    private async Task Rush(Func<Task>? meanwhile)
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");

        var engines = _processes.ConvertAll(process => process.Services.GetRequiredService<IClaims>());
        var pool = IntegrationTests.Claims.Rush.Pool(_processes[0].Services, Units);
        Assert.Equal(PoolOutcome.Done, await engines[0].Create(pool, CancellationToken.None));

        var rush = new Rush(engines, seed);
        await rush.Run(pool.Id, requests: 60_000, people: 40_000, writers: 8, meanwhile);
        output.WriteLine($"asked {rush.Asked}: {string.Join(", ", rush.Outcomes.OrderBy(o => o.Key).Select(o => $"{o.Key} {o.Value}"))}");

        var audit = await Quiet(engines[0], pool.Id);
        output.WriteLine($"{audit}");
        Assert.True(audit.IsClean, $"{audit}");
        Assert.Equal(Units, audit.Held + audit.Kept);
        Assert.DoesNotContain(rush.Outcomes.Keys, o => o is ClaimOutcome.Away or ClaimOutcome.Queued or ClaimOutcome.KeyReused);
        await EveryPromiseIsKept(rush);
    }

    private async Task EveryPromiseIsKept(Rush rush)
    {
        await using var db = NpgsqlDataSource.Create(_addresses.Postgres);
        var claims = (await db.Query(
            "select id, person from claims.claims where state < 2", row => (Id: row.GetInt64(0), Person: row.GetInt64(1)),
            CancellationToken.None)).ToHashSet();
        Assert.Equal(Units, claims.Count);
        Assert.Equal(Units, claims.Select(claim => claim.Person).Distinct().Count());
        Assert.All(rush.Promised, claim => Assert.Contains((claim.Id, claim.Person), claims));
    }

    /// <summary>The audit once nothing is in flight; at most the ten seconds that the engine promises.</summary>
    private static async Task<PoolAudit> Quiet(IClaims engine, long pool)
    {
        var until = Environment.TickCount64 + 10_000;
        while (true)
        {
            var audit = (await engine.Audit(pool, CancellationToken.None))!;
            if (audit.IsClean && audit.InFlight == 0 || Environment.TickCount64 > until)
                return audit;
            await Task.Delay(100);
        }
    }
}
