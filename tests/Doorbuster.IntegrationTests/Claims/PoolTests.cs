using Doorbuster.Claims;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Doorbuster.Platform.Redis;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.IntegrationTests.Claims;

/// <summary>One process with the claim engine, for all tests of a class.</summary>
public sealed class ClaimsProcess(SharedStores stores) : IAsyncLifetime
{
    public SharedStores Stores => stores;

    public Database Database { get; } = new(stores);

    public IServiceProvider Services { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Database.InitializeAsync();
        Services = await Database.StartProcess(Work.Consumers | Work.Jobs, [new ClaimsFeature()]);
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}

public sealed class PoolTests(ClaimsProcess process) : IClassFixture<ClaimsProcess>
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);

    private readonly IClaims _claims = process.Services.GetRequiredService<IClaims>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Units_run_out_and_each_claim_has_its_place()
    {
        var pool = await NewPool(total: 3);
        var answers = await Task.WhenAll(Enumerable.Range(1, 5).Select(person => Claim(pool, person)));

        Assert.Equal(3, answers.Count(a => a.Outcome == ClaimOutcome.Claimed));
        Assert.Equal(2, answers.Count(a => a.Outcome == ClaimOutcome.SoldOut));
        Assert.Equal([1L, 2L, 3L], answers.Where(a => a.Claim is not null).Select(a => a.Claim!.Ordinal).Order());
    }

    [Fact]
    public async Task One_key_is_one_claim_and_another_quantity_under_it_is_refused()
    {
        var pool = await NewPool(total: 10, limit: 5);
        var first = await Claim(pool, person: 1, quantity: 2, key: "a");
        var again = await Claim(pool, person: 1, quantity: 2, key: "a");
        var other = await Claim(pool, person: 1, quantity: 3, key: "a");
        var somebodyElse = await Claim(pool, person: 2, quantity: 1, key: "a");

        Assert.Equal((ClaimOutcome.Claimed, ClaimOutcome.Replayed), (first.Outcome, again.Outcome));
        Assert.Equal(first.Claim!.Id, again.Claim!.Id);
        Assert.Equal(ClaimOutcome.KeyReused, other.Outcome);
        Assert.Equal(ClaimOutcome.Claimed, somebodyElse.Outcome);
        await AssertTaken(pool, 3);
    }

    [Fact]
    public async Task Fifty_clicks_at_once_with_one_key_take_one_unit()
    {
        var pool = await NewPool(total: 10);
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Claim(pool, person: 1, key: "click")));

        Assert.Single(answers, a => a.Outcome == ClaimOutcome.Claimed);
        Assert.Equal(49, answers.Count(a => a.Outcome == ClaimOutcome.Replayed));
        Assert.Single(answers.Select(a => a.Claim!.Id).Distinct());
        await AssertTaken(pool, 1);
    }

    [Fact]
    public async Task The_limit_counts_unpaid_claims_and_a_release_gives_it_back()
    {
        var pool = await NewPool(total: 10, limit: 2);
        var held = await Claim(pool, person: 1, quantity: 2);
        Assert.Equal(ClaimOutcome.LimitReached, (await Claim(pool, person: 1, key: "more")).Outcome);

        Assert.Equal(EndOutcome.Done, await _claims.Release(held.Claim!.Id, Cancel));
        await Eventually(async () => (await Claim(pool, person: 1, key: "more")).Outcome == ClaimOutcome.Claimed);
    }

    [Fact]
    public async Task A_hold_that_runs_out_sells_its_units_again()
    {
        var pool = await NewPool(total: 1, hold: TimeSpan.FromMilliseconds(200));
        var first = await Claim(pool, person: 1);
        Assert.NotNull(first.Claim!.Deadline);
        Assert.Equal(ClaimOutcome.SoldOut, (await Claim(pool, person: 2)).Outcome);

        await Eventually(async () => (await Claim(pool, person: 3)).Outcome == ClaimOutcome.Claimed);
        Assert.Equal(ClaimState.Released, (await _claims.Find(first.Claim.Id, Cancel))!.State);
    }

    [Fact]
    public async Task A_retry_after_the_release_hears_of_it_and_takes_nothing()
    {
        var pool = await NewPool(total: 5);
        var claim = (await Claim(pool, person: 1, key: "k")).Claim!;
        await _claims.Release(claim.Id, Cancel);

        var again = await Claim(pool, person: 1, key: "k");
        Assert.Equal((ClaimOutcome.Replayed, ClaimState.Released), (again.Outcome, again.Claim!.State));
        await AssertTaken(pool, 0);
    }

    [Fact]
    public async Task Of_keep_and_release_at_the_same_instant_exactly_one_wins()
    {
        var pool = await NewPool(total: 200, limit: null);
        for (var round = 0; round < 100; round++)
        {
            var claim = (await Claim(pool, person: 1, key: $"round-{round}")).Claim!.Id;
            var (keep, release) = (_claims.KeepAll([claim], Cancel), _claims.Release(claim, Cancel));
            Assert.Single(await Task.WhenAll(keep, release), outcome => outcome == EndOutcome.Done);

            var state = (await _claims.Find(claim, Cancel))!.State;
            Assert.Equal(await keep == EndOutcome.Done ? ClaimState.Kept : ClaimState.Released, state);
        }
        await Eventually(async () => (await _claims.Audit(pool, Cancel))!.IsClean);
    }

    [Fact]
    public async Task Several_claims_are_kept_together_or_not_at_all()
    {
        var pool = await NewPool(total: 10, limit: null);
        var ids = new long[3];
        for (var i = 0; i < ids.Length; i++)
            ids[i] = (await Claim(pool, person: 1, key: $"line-{i}")).Claim!.Id;

        await _claims.Release(ids[1], Cancel);
        Assert.Equal(EndOutcome.Released, await _claims.KeepAll(ids, Cancel));
        Assert.Equal(ClaimState.Held, (await _claims.Find(ids[0], Cancel))!.State);
        Assert.Equal(EndOutcome.Done, await _claims.KeepAll([ids[0], ids[2]], Cancel));
        Assert.Equal(EndOutcome.AlreadyDone, await _claims.KeepAll([ids[0], ids[2]], Cancel));
        Assert.Equal(EndOutcome.UnknownClaim, await _claims.KeepAll([ids[0], 42], Cancel));
    }

    [Theory]
    [InlineData(0, "k", ClaimOutcome.InvalidQuantity)]
    [InlineData(-1, "k", ClaimOutcome.InvalidQuantity)]
    [InlineData(int.MaxValue, "k", ClaimOutcome.InvalidQuantity)]
    [InlineData(1, "", ClaimOutcome.InvalidKey)]
    [InlineData(1, "with space", ClaimOutcome.InvalidKey)]
    [InlineData(1, "ключ", ClaimOutcome.InvalidKey)]
    public async Task Nonsense_is_refused_and_changes_nothing(int quantity, string key, ClaimOutcome refusal)
    {
        var pool = await NewPool(total: 5);
        Assert.Equal(refusal, (await Claim(pool, person: 1, quantity, key)).Outcome);
        Assert.Equal(ClaimOutcome.InvalidKey, (await Claim(pool, person: 1, key: new string('k', 256))).Outcome);
        await AssertTaken(pool, 0);
    }

    [Fact]
    public async Task An_unknown_pool_and_claim_are_said_to_be_unknown()
    {
        Assert.Equal(ClaimOutcome.UnknownPool, (await Claim(42, person: 1)).Outcome);
        Assert.Equal(EndOutcome.UnknownClaim, await _claims.Release(42, Cancel));
        Assert.Null(await _claims.FindPool(42, Cancel));
        Assert.Null(await _claims.Audit(42, Cancel));
    }

    [Fact]
    public async Task A_pool_that_is_not_open_refuses_new_keys_and_answers_old_ones()
    {
        var early = await NewPool(total: 5, opensIn: TimeSpan.FromHours(1));
        Assert.Equal(ClaimOutcome.NotOpen, (await Claim(early, person: 1)).Outcome);

        var pool = await NewPool(total: 5, limit: null);
        var claim = (await Claim(pool, person: 1, key: "before")).Claim!;
        foreach (var (state, refusal) in new[] { (PoolState.Paused, ClaimOutcome.Paused), (PoolState.Closed, ClaimOutcome.Closed) })
        {
            Assert.Equal(PoolOutcome.Done, await _claims.Change(pool, new PoolChange { State = state }, Cancel));
            Assert.Equal(refusal, (await Claim(pool, person: 1, key: $"while {state}".Replace(' ', '-'))).Outcome);
            Assert.Equal(claim.Id, (await Claim(pool, person: 1, key: "before")).Claim!.Id);
        }
        await AssertTaken(pool, 1);
        Assert.True((await _claims.Audit(pool, Cancel))!.IsClean);
    }

    [Fact]
    public async Task The_total_can_grow_and_shrink_but_not_below_what_is_taken()
    {
        var pool = await NewPool(total: 2);
        await Claim(pool, person: 1);
        await Claim(pool, person: 2);
        Assert.Equal(ClaimOutcome.SoldOut, (await Claim(pool, person: 3)).Outcome);

        Assert.Equal(PoolOutcome.Done, await _claims.Change(pool, new PoolChange { Total = 3 }, Cancel));
        Assert.Equal(ClaimOutcome.Claimed, (await Claim(pool, person: 3)).Outcome);
        Assert.Equal(PoolOutcome.TotalBelowTaken, await _claims.Change(pool, new PoolChange { Total = 2 }, Cancel));
        Assert.Equal(PoolOutcome.UnknownPool, await _claims.Change(42, new PoolChange { Total = 2 }, Cancel));
        Assert.True((await _claims.Audit(pool, Cancel))!.IsClean);
    }

    [Fact]
    public async Task A_pool_without_a_hold_keeps_at_once_and_one_without_a_total_never_ends()
    {
        var pool = await NewPool(total: null, kept: true);
        var answers = await Task.WhenAll(Enumerable.Range(1, 500).Select(person => Claim(pool, person)));

        Assert.All(answers, a => Assert.Equal((ClaimOutcome.Claimed, ClaimState.Kept), (a.Outcome, a.Claim!.State)));
        Assert.Equal(500, answers.Select(a => a.Claim!.Ordinal).Distinct().Count());
        Assert.Equal(EndOutcome.Kept, await _claims.Release(answers[0].Claim!.Id, Cancel));
    }

    [Fact]
    public async Task Creating_a_pool_again_changes_nothing_and_other_content_is_a_conflict()
    {
        var pool = IntegrationTests.Claims.Rush.Pool(process.Services, total: 5);
        Assert.Equal(PoolOutcome.Done, await _claims.Create(pool, Cancel));
        Assert.Equal(PoolOutcome.AlreadyDone, await _claims.Create(pool, Cancel));
        Assert.Equal(PoolOutcome.Conflict, await _claims.Create(pool with { Kind = "coupon" }, Cancel));
        Assert.Equal(PoolOutcome.Invalid, await _claims.Create(pool with { Total = -1 }, Cancel));
    }

    [Fact]
    public async Task Losers_of_a_sold_out_pool_are_known_without_asking_and_winners_are_not_among_them()
    {
        var pool = await NewPool(total: 100);
        await Task.WhenAll(Enumerable.Range(1, 100).Select(person => Claim(pool, person, key: "mine")));

        await Eventually(() => Task.FromResult(_claims.IsSoldOutFor(pool, 1_000_000)));
        Assert.All(Enumerable.Range(1, 100), person => Assert.False(_claims.IsSoldOutFor(pool, person)));
        Assert.Equal(ClaimOutcome.Replayed, (await Claim(pool, person: 7, key: "mine")).Outcome);

        await _claims.Release((await Claim(pool, person: 7, key: "mine")).Claim!.Id, Cancel);
        await Eventually(() => Task.FromResult(!_claims.IsSoldOutFor(pool, 1_000_000)));
    }

    [Theory]
    [InlineData("HINCRBY", "state", "left", "100")]
    [InlineData("HINCRBY", "state", "left", "-40")]
    [InlineData("DEL", "state")]
    [InlineData("DEL", "people")]
    public async Task A_gate_that_went_wrong_is_counted_again_within_ten_seconds(string command, string key, params string[] arguments)
    {
        var pool = await NewPool(total: 50);
        await Task.WhenAll(Enumerable.Range(1, 20).Select(person => Claim(pool, person)));

        var gate = process.Services.GetRequiredService<GateRedis>();
        object[] broken = [$"g:{{{pool}}}:1:{key}", .. arguments];
        await gate.Call(db => db.ExecuteAsync(command, broken));
        await Eventually(async () => (await _claims.Audit(pool, Cancel))!.IsClean);

        var answers = await Task.WhenAll(Enumerable.Range(100, 60).Select(person => Claim(pool, person)));
        Assert.Equal(30, answers.Count(a => a.Outcome == ClaimOutcome.Claimed));
        Assert.All(await Task.WhenAll(Enumerable.Range(1, 20).Select(person => Claim(pool, person, key: "second"))),
            a => Assert.True(a.Outcome is ClaimOutcome.LimitReached or ClaimOutcome.SoldOut));
    }

    [Fact]
    public async Task Units_that_a_lost_process_left_at_the_gate_are_entered_for_their_person()
    {
        var pool = await NewPool(total: 5);
        await Claim(pool, person: 1);    // builds the gate

        // As a process does that dies between the two steps.
        var lost = new PendingClaim { Person = 9, Quantity = 1, Key = new Guid(1, 2, 3, new byte[8]), Id = 99, WaitsUntil = 0 };
        await process.Services.GetRequiredService<IGate>().Take(pool, 1, [lost], []);

        await Eventually(async () => await _claims.Find(99, Cancel) is { Person: 9, State: ClaimState.Held });
        var audit = (await _claims.Audit(pool, Cancel))!;
        Assert.True(audit.IsClean);
        Assert.Equal((2, 0), (audit.Held, audit.InFlight));
    }

    [Fact]
    public async Task A_poisoned_request_fails_alone()
    {
        var pool = await NewPool(total: 1_000);
        await Claim(pool, person: 1);
        await process.Database.Sql.Execute("alter table claims.claims add constraint poison check (person <> 13) not valid", Cancel);
        try
        {
            var answers = await Task.WhenAll(Enumerable.Range(2, 100).Select(async person =>
            {
                try
                {
                    return (await Claim(pool, person)).Outcome;
                }
                catch (PostgresException)
                {
                    return (ClaimOutcome?)null;
                }
            }));
            Assert.Single(answers, answer => answer is null);
            Assert.Equal(99, answers.Count(answer => answer == ClaimOutcome.Claimed));
            await Eventually(async () => (await _claims.Audit(pool, Cancel))!.IsClean);
        }
        finally
        {
            await process.Database.Sql.Execute("alter table claims.claims drop constraint poison", Cancel);
        }
    }

    [Fact]
    public async Task Whoever_watches_a_pool_waits_for_no_claim_and_no_claim_waits_for_him()
    {
        var pool = await NewPool(total: 10, limit: null);
        var kept = await Claim(pool, person: 1, quantity: 2);
        await Claim(pool, person: 2, quantity: 3);
        var released = await Claim(pool, person: 3);
        await _claims.KeepAll([kept.Claim!.Id], Cancel);
        await _claims.Release(released.Claim!.Id, Cancel);
        await Eventually(async () => (await process.Database.Sql.Query(
            "select from messaging.outbox where type = 'ClaimsReleased'", _ => true, Cancel)).Count == 0);

        await using var claiming = await process.Database.Sql.OpenConnectionAsync(Cancel);
        await using var transaction = await claiming.BeginTransactionAsync(Cancel);
        await transaction.Query(
            "select id from claims.pools where id = $1 for update", row => row.GetInt64(0), Cancel,
            new NpgsqlParameter { Value = pool });
        Assert.Equal(new PoolLook(pool, 10, Kept: 2, Held: 3, Free: 5, Drift: 0), await _claims.Look(pool, Cancel));
        await transaction.RollbackAsync(Cancel);

        // In the middle of a look another takes the lock without waiting.
        var gate = process.Services.GetRequiredService<IGate>();
        var look = await process.Services.GetRequiredService<PoolStore>().Look(
            pool, async epoch =>
            {
                await process.Database.Sql.Execute(
                    $"begin; select from claims.pools where id = {pool} for update nowait; rollback", Cancel);
                return await gate.Read(pool, epoch);
            }, Cancel);
        Assert.Equal(0, look!.Drift);
        Assert.Null(await _claims.Look(42, Cancel));
    }

    [Fact]
    public async Task A_look_shows_units_that_the_gate_lost_and_not_those_that_are_on_their_way()
    {
        var pool = await NewPool(total: 50, limit: null);
        await Claim(pool, person: 1);
        var (store, gate) = (process.Services.GetRequiredService<PoolStore>(), process.Services.GetRequiredService<IGate>());

        // A claim is made between one of the two looks and the reading of the gate.
        Assert.Equal(0, (await Look(before: () => Claim(pool, person: 2)))!.Drift);
        Assert.Equal(0, (await Look(after: () => Claim(pool, person: 3)))!.Drift);
        var lost = await Look(lost: 4);
        Assert.Equal((4L, 3L), (lost!.Drift, lost.Held));

        Task<PoolLook?> Look(Func<Task>? before = null, Func<Task>? after = null, int lost = 0) => store.Look(pool, async epoch =>
        {
            await (before?.Invoke() ?? Task.CompletedTask);
            var reading = (await gate.Read(pool, epoch))!;
            await (after?.Invoke() ?? Task.CompletedTask);
            return reading with { Left = reading.Left - lost };
        }, Cancel);
    }

    private async Task<long> NewPool(
        long? total, int? limit = 1, TimeSpan? hold = null, bool kept = false, TimeSpan? opensIn = null)
    {
        var pool = IntegrationTests.Claims.Rush.Pool(process.Services, total, limit, hold) with
        {
            OpensAt = opensIn is { } later ? TimeProvider.System.GetUtcNow() + later : null,
        };
        Assert.Equal(PoolOutcome.Done, await _claims.Create(kept ? pool with { Hold = null } : pool, Cancel));
        return pool.Id;
    }

    /// <summary>As a client does: "away" is answered by the same key again.</summary>
    private async Task<ClaimResult> Claim(long pool, long person, int quantity = 1, string? key = null)
    {
        var until = Environment.TickCount64 + (long)Wait.TotalMilliseconds;
        while (true)
        {
            var result = await _claims.Claim(new ClaimRequest(pool, person, quantity, key ?? $"key-of-{person}", Wait), Cancel);
            if (result.Outcome != ClaimOutcome.Away || Environment.TickCount64 > until)
                return result;
            await Task.Delay(50, Cancel);
        }
    }

    private async Task AssertTaken(long pool, long units)
    {
        var audit = (await _claims.Audit(pool, Cancel))!;
        Assert.Equal((units, 0L), (audit.Held + audit.Kept, audit.LedgerMismatch));
    }

    /// <summary>Within the ten seconds that the engine promises, and some for a slow machine.</summary>
    private static async Task Eventually(Func<Task<bool>> isSo)
    {
        var until = Environment.TickCount64 + 20_000;
        while (!await isSo())
        {
            Assert.True(Environment.TickCount64 < until, "It did not come about in time.");
            await Task.Delay(50, Cancel);
        }
    }
}
