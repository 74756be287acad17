using Doorbuster.Claims;
using Doorbuster.Contracts.Claims;
using Doorbuster.IntegrationTests.SignIn;
using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.IntegrationTests.Claims;

/// <summary>What of a pool is left when it ended long ago: the ledger, which answers.</summary>
public sealed class EndedPoolTests(ClaimsProcess process) : IClassFixture<ClaimsProcess>
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);

    private readonly IServiceProvider _services = process.Services;
    private readonly IClaims _claims = process.Services.GetRequiredService<IClaims>();
    private readonly IGate _gate = process.Services.GetRequiredService<IGate>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_day_after_its_end_nothing_of_a_pool_is_in_Redis_and_the_ledger_answers()
    {
        var pool = await NewPool(total: 2, limit: 1);
        var (first, second) = (await Claim(pool, 1, "a"), await Claim(pool, 2, "b"));
        Assert.Equal(ClaimOutcome.SoldOut, (await Claim(pool, 3, "c")).Outcome);
        await Close(pool);

        await DropAfter(TimeSpan.FromHours(23));
        Assert.NotNull(await _gate.Read(pool, 1));
        await DropAfter(TimeSpan.FromHours(25));
        Assert.Null(await _gate.Read(pool, 1));
        Assert.Empty(await People(pool));

        // Those who repeat a request find their claims, here and in a process that never met the pool; nobody else gets one.
        var elsewhere = (await process.Database.StartProcess(Work.None)).GetRequiredService<IClaims>();
        foreach (var claims in (IClaims[])[_claims, elsewhere])
        {
            Assert.Equal((ClaimOutcome.Replayed, first.Claim!.Id), Seen(await Claim(pool, 1, "a", claims)));
            Assert.Equal((ClaimOutcome.Replayed, second.Claim!.Id), Seen(await Claim(pool, 2, "b", claims)));
            Assert.Equal(ClaimOutcome.Closed, (await Claim(pool, 3, "c", claims)).Outcome);
            Assert.Equal(second.Claim.Id, (await claims.FindByKey(pool, 2, "b", Cancel))!.Id);
            Assert.Equal(0, (await claims.FindPool(pool, Cancel))!.Left);
        }
        await AssertClean(pool, epoch: 1);
    }

    [Fact]
    public async Task The_auditor_leaves_it_alone_and_a_second_turn_finds_nothing()
    {
        var pool = await NewPool(total: 5);
        await Claim(pool, 1, "a");
        await process.Database.Sql.Execute(
            "update claims.pools set closes_at = now() - interval '2 days' where id = $1", Cancel,
            new NpgsqlParameter { Value = pool });
        await DropAfter(TimeSpan.Zero);

        var auditor = _services.GetRequiredService<PoolAuditor>();
        var met = (await _services.GetRequiredService<Pools>().Find(pool, Cancel))!;
        for (var look = 0; look < 10; look++)
            await auditor.Audit(met.Pool, _ => Assert.Fail("Nothing was filed."), Cancel);

        Assert.False(auditor.Suspects(pool));
        Assert.Null(await _gate.Read(pool, 1));
        Assert.DoesNotContain(await _services.GetRequiredService<PoolStore>().Built(Cancel), built => built.Id == pool);
        Assert.False(await Drop(pool));
        await AssertClean(pool, epoch: 1);
    }

    [Fact]
    public async Task Opened_again_it_sells_what_the_ledger_says_is_left()
    {
        var pool = await NewPool(total: 3, limit: 1);
        await Claim(pool, 1, "a");
        await Close(pool);
        await DropAfter(TimeSpan.FromDays(2));

        Assert.Equal(PoolOutcome.Done, await _claims.Change(pool, new PoolChange { Total = 2 }, Cancel));
        Assert.Null(await _gate.Read(pool, 2));    // a change alone needs no gate
        Assert.Equal(PoolOutcome.Done, await _claims.Change(pool, new PoolChange { State = PoolState.Open }, Cancel));
        Assert.Equal(ClaimOutcome.LimitReached, (await Claim(pool, 1, "again")).Outcome);
        var next = await Claim(pool, 2, "b");
        Assert.Equal((ClaimOutcome.Claimed, 2L), (next.Outcome, next.Claim!.Ordinal));
        Assert.Equal(ClaimOutcome.SoldOut, (await Claim(pool, 3, "c")).Outcome);
        await AssertClean(pool, epoch: 2);
    }

    [Fact]
    public async Task A_hold_that_ends_after_that_gives_its_units_back_in_the_ledger()
    {
        var pool = await NewPool(total: 3, hold: TimeSpan.FromDays(3));
        var held = await Claim(pool, 1, "a");
        await Close(pool);
        await DropAfter(TimeSpan.FromDays(2));

        Assert.Equal(EndOutcome.Done, await _claims.Release(held.Claim!.Id, Cancel));
        Assert.Equal(3, (await _claims.Audit(pool, Cancel))!.Free);
        Assert.Equal(ClaimState.Released, (await Claim(pool, 1, "a")).Claim!.State);
        await AssertClean(pool, epoch: 1);
    }

    [Fact]
    public async Task What_is_filed_and_not_answered_keeps_the_gate()
    {
        // Without jobs: nobody enters what the gate has filed.
        await using var quiet = new Database(stores: process.Stores);
        await quiet.InitializeAsync();
        var services = await quiet.StartProcess(Work.None);
        var (claims, gate, store) = (services.GetRequiredService<IClaims>(), services.GetRequiredService<IGate>(),
            services.GetRequiredService<PoolStore>());
        var pool = await NewPool(total: 3, limit: null, hold: null, claims, services);
        await Claim(pool, 1, "a", claims);
        await Eventually.IsTrue(async () => (await gate.Read(pool, 1))!.Log.Count == 0, "the first is settled");
        await gate.Take(pool, 1, [new() { Person = 2, Quantity = 1, Key = new Guid(2, 0, 0, new byte[8]), Id = 2, WaitsUntil = 0 }], []);
        await claims.Change(pool, new PoolChange { State = PoolState.Closed }, Cancel);

        var clock = new SteppingClock();
        clock.Set(clock.GetUtcNow() + TimeSpan.FromDays(2));
        var job = ActivatorUtilities.CreateInstance<DropEndedGates>(services, clock);
        Assert.Equal("dropped 0", await job.Run(Cancel));
        await gate.Return(pool, 1, [], [(await gate.Read(pool, 1))!.Log.Single().Id]);
        Assert.Equal("dropped 1", await job.Run(Cancel));
        Assert.Empty(await store.Built(Cancel));
    }

    private Task<long> NewPool(long total, int? limit = null, TimeSpan? hold = null) =>
        NewPool(total, limit, hold, _claims, _services);

    private static async Task<long> NewPool(
        long total, int? limit, TimeSpan? hold, IClaims claims, IServiceProvider services)
    {
        var pool = services.GetRequiredService<Ids>().Next();
        Assert.Equal(PoolOutcome.Done, await claims.Create(
            new PoolDefinition { Id = pool, Kind = "test", Total = total, LimitPerPerson = limit, Hold = hold }, Cancel));
        return pool;
    }

    private Task<ClaimResult> Claim(long pool, long person, string key, IClaims? claims = null) =>
        (claims ?? _claims).Claim(new ClaimRequest(pool, person, 1, key, Wait), Cancel).AsTask();

    private async Task Close(long pool)
    {
        await Eventually.IsTrue(async () => (await _gate.Read(pool, 1))!.Log.Count == 0, "everything is settled");
        Assert.Equal(PoolOutcome.Done, await _claims.Change(pool, new PoolChange { State = PoolState.Closed }, Cancel));
    }

    private async Task DropAfter(TimeSpan time)
    {
        var clock = new SteppingClock();
        clock.Set(clock.GetUtcNow() + time);
        await ActivatorUtilities.CreateInstance<DropEndedGates>(_services, clock).Run(Cancel);
    }

    private Task<bool> Drop(long pool) => _services.GetRequiredService<PoolStore>().DropGate(
        pool, DateTimeOffset.MaxValue, _ => Task.FromResult(true), Cancel);

    private async Task<List<long>> People(long pool)
    {
        var people = new List<long>();
        await foreach (var portion in _gate.People(pool, 1))
            people.AddRange(portion);
        return people;
    }

    private async Task AssertClean(long pool, int epoch)
    {
        var audit = (await _claims.Audit(pool, Cancel))!;
        Assert.True(audit.IsClean, $"{audit}");
        Assert.Equal(epoch, audit.Epoch);
    }

    private static (ClaimOutcome, long) Seen(ClaimResult result) => (result.Outcome, result.Claim!.Id);
}
