using System.Diagnostics;
using Doorbuster.Accounts;
using Doorbuster.Contracts.Accounts;
using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Doorbuster.Platform.Redis;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using StackExchange.Redis;

namespace Doorbuster.IntegrationTests.Accounts;

public sealed class SessionTests(Database database) : IClassFixture<Database>, IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private IServiceProvider _one = null!;
    private IServiceProvider _other = null!;

    public async ValueTask InitializeAsync()
    {
        _one = await database.StartProcess(Work.None);
        _other = await database.StartProcess(Work.None);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_session_begun_on_one_process_is_known_to_the_other_and_so_is_its_end()
    {
        var person = await Someone.New(_one, isAdmin: true);
        var (session, token) = await Of(_one).Start(person, true, None);

        Assert.True(Of(_other).TryRead(token, out var read));
        Assert.Equal(new SignedToken(session.Id, person), read);
        Assert.Equal(session, await Of(_other).Confirm(read, None));

        Assert.True(await Of(_one).End(session.Id, person, None));
        Assert.Null(await Of(_one).Confirm(read, None));
        await Eventually.IsTrue(
            async () => await Of(_other).Confirm(read, None) is null, "the other process hears of the end", TimeSpan.FromSeconds(5));
        Assert.False(await Of(_one).End(session.Id, person, None));
        Assert.True(Of(_other).TryRead(token, out _));    // still signed: it is the session that ended
    }

    [Fact]
    public async Task Nobody_ends_somebody_elses_session()
    {
        var (session, token) = await Of(_one).Start(await Someone.New(_one), false, None);
        Assert.False(await Of(_one).End(session.Id, await Someone.New(_one), None));
        Assert.NotNull(await Confirm(_other, token));
    }

    [Fact]
    public async Task A_late_reader_cannot_fill_an_ended_session_in_again()
    {
        var person = await Someone.New(_one);
        var (session, token) = await Of(_one).Start(person, false, None);
        await Of(_one).End(session.Id, person, None);

        await _other.GetRequiredService<SessionRedis>().Fill([session]);    // read before the end, written after it

        Assert.Null(await Confirm(await database.StartProcess(Work.None), token));
    }

    [Fact]
    public async Task When_Redis_forgot_everything_PostgreSQL_knows_and_Redis_learns_again()
    {
        var (session, token) = await Of(_one).Start(await Someone.New(_one), false, None);
        var redis = _one.GetRequiredService<GateRedis>();
        await redis.Call(db => db.ExecuteAsync("FLUSHDB"));

        Assert.NotNull(await Confirm(await database.StartProcess(Work.None), token));
        await Eventually.IsTrue(() => redis.Call(db => db.KeyExistsAsync($"s:{session.Id:x16}")), "Redis knows the session again");
    }

    [Fact]
    public async Task A_rush_of_new_people_is_looked_up_in_few_round_trips()
    {
        const int People = 15_000;
        var (tokens, _) = await MakeTokens(_one, People, "rush");
        var before = await CommandCalls("mget");

        var started = Stopwatch.GetTimestamp();
        var sessions = await Task.WhenAll(tokens.Select(token => Confirm(_other, token)));
        var took = Stopwatch.GetElapsedTime(started);

        Assert.All(sessions, session => Assert.NotNull(session));
        Assert.Equal(People, sessions.Select(session => session!.Person).Distinct().Count());
        Assert.InRange(await CommandCalls("mget") - before, 1, People / 10);
        Write($"{People:N0} people confirmed in {took.TotalMilliseconds:0} ms");
    }

    [Fact]
    public async Task A_token_that_is_signed_but_whose_session_never_was_is_refused_and_asked_for_once()
    {
        var ring = await _one.GetRequiredService<TokenKeys>().Loaded(None);
        var token = SessionToken.Write(ring.ForSigning(TimeProvider.System.GetUtcNow()), 1, 2, TimeProvider.System.GetUtcNow().AddHours(1));
        for (var i = 0; i < 10; i++)
            Assert.Null(await Confirm(_one, token));
    }

    [Fact]
    public async Task A_hundred_thousand_people_with_sessions_are_made_in_a_minute_and_are_the_same_the_next_time()
    {
        const int People = 100_000;
        var (tokens, took) = await MakeTokens(_one, People, "many");
        Write($"{People:N0} people with sessions in {took.TotalSeconds:0.0} s");
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(60));
        Assert.Equal(People, tokens.Distinct().Count());
        Assert.NotNull(await Confirm(_other, tokens[People - 1]));

        var (again, _) = await MakeTokens(_one, 1_000, "many");
        var (others, _) = await MakeTokens(_one, 10, "others");
        Assert.Equal(tokens.Take(1_000).Select(PersonOf), again.Select(PersonOf));
        Assert.Empty(tokens.Select(PersonOf).Intersect(others.Select(PersonOf)));
        Assert.Empty(tokens.Intersect(again));    // another session, though
    }

    [Fact]
    public async Task Somebody_who_registered_such_an_address_is_not_signed_in_by_a_load_test()
    {
        await database.Sql.Execute(
            """
            insert into accounts.people (id, email, email_key, display_name, password_hash, created_at)
            values (5, 'Taken-3@load.test', 'taken-3@load.test', 'Owner', 'x', now())
            """, None);
        await Assert.ThrowsAsync<InvalidOperationException>(() => MakeTokens(_one, 5, "taken"));
    }

    [Fact]
    public async Task A_person_has_twenty_sessions_at_most_and_the_oldest_give_way()
    {
        var person = await Someone.New(_one);
        var tokens = new List<string>();
        for (var i = 0; i < AccountStore.SessionsPerPersonMax + 2; i++)
            tokens.Add((await Of(_one).Start(person, false, None)).Token);

        var fresh = await database.StartProcess(Work.None);
        var living = await Task.WhenAll(tokens.Select(token => Confirm(fresh, token)));
        Assert.Equal(AccountStore.SessionsPerPersonMax, living.Count(session => session is not null));
        Assert.NotNull(living[^1]);
    }

    [Fact]
    public async Task Expired_sessions_are_removed()
    {
        var person = await Someone.New(_one);
        await database.Sql.Execute(
            "insert into accounts.sessions select n, $1, now() - interval '13 h', now() - interval '1 h' from generate_series(1, 12000) n",
            None, new NpgsqlParameter { Value = person });
        var cleaning = ActivatorUtilities.CreateInstance<RemoveExpired>(_one);
        Assert.InRange(await cleaning.Remove(None), 12_000, 13_000);
        Assert.Equal(0, await cleaning.Remove(None));
    }

    [Fact]
    public async Task Many_processes_that_start_at_once_on_an_empty_database_agree_on_one_key()
    {
        await using var empty = await EmptyDatabase();
        var rings = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            using TokenKeys keys = new(
                new AccountStore(empty), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<TokenKeys>.Instance);
            return await keys.Loaded(None);
        }));
        Assert.Single(rings.Select(ring => Convert.ToHexString(ring.Find(1)!.Secret)).Distinct());
        Assert.All(rings, ring => Assert.Equal(1, ring.Newest));
    }

    [Fact]
    public async Task A_process_that_has_not_heard_of_a_new_key_learns_it_when_it_meets_its_first_token()
    {
        var key = await _one.GetRequiredService<TokenKeys>().Rotate(None);
        var ring = await _one.GetRequiredService<TokenKeys>().Loaded(None);
        var token = SessionToken.Write(ring.Find(key)!, 1, 2, TimeProvider.System.GetUtcNow().AddHours(1));
        await Eventually.IsTrue(() => Of(_other).TryRead(token, out _), "the other process reads the new key", TimeSpan.FromSeconds(5));
    }

    private static Sessions Of(IServiceProvider process) => process.GetRequiredService<Sessions>();

    private static async Task<Session?> Confirm(IServiceProvider process, string token)
    {
        Assert.True(Of(process).TryRead(token, out var read));
        return await Of(process).Confirm(read, None);
    }

    private long PersonOf(string token) => Of(_one).TryRead(token, out var read) ? read.Person : 0;

    private static async Task<(string[] Tokens, TimeSpan Took)> MakeTokens(IServiceProvider process, int count, string group)
    {
        var started = Stopwatch.GetTimestamp();
        await using var text = new StringWriter();
        await process.GetRequiredService<MakeTokens>().Run(count, group, text, _ => { }, None);
        return (text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries), Stopwatch.GetElapsedTime(started));
    }

    // A schema of its own is a database of its own; copied from the template like every other.
    private async Task<NpgsqlDataSource> EmptyDatabase()
    {
        await database.Sql.Execute("create database no_keys template template_doorbuster", None);
        return NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Database = "no_keys" });
    }

    private async Task<long> CommandCalls(string command)
    {
        var text = (string)(await _one.GetRequiredService<GateRedis>().Call(db => db.ExecuteAsync("INFO", "commandstats")))!;
        var line = text.Split('\n').FirstOrDefault(l => l.StartsWith($"cmdstat_{command}:", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line.Split("calls=")[1].Split(',')[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static void Write(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);
}
