using Doorbuster.Contracts.Claims;
using Doorbuster.Contracts.People;
using Doorbuster.IntegrationTests.Web;
using Doorbuster.Platform.Postgres;
using Doorbuster.Platform.Redis;
using Doorbuster.SignIn;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.IntegrationTests.SignIn;

public sealed class SignInTests(ClockShop shop) : IClassFixture<ClockShop>
{
    private const string Path = "/api/v1/me/sign-ins";

    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Fifty_at_once_under_fifty_keys_sign_in_once()
    {
        var me = await shop.NewPersonAt(Noon);
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(n => me.Post(Path, null, $"fifty-{n}")));
        var made = Assert.Single(answers, answer => answer.Status == 201);
        Assert.Equal(("2026-11-20", 1, 10, $"{Path}/2026-11"), (
            made.Json.GetProperty("day").GetString(), made.Json.GetProperty("streak").GetInt32(),
            made.Json.GetProperty("points").GetInt32(), made.Location));
        Assert.All(answers.Where(answer => answer != made), answer =>
            Assert.Equal((409, "already_signed_in", "2026-11-20"), (
                answer.Status, answer.Code, answer.Json.GetProperty("day").GetString())));
        await shop.Booked(me, 10);
        Assert.Equal(1, await shop.Count("select count(*) from sign_in.days where person = $1", me.Person));
    }

    [Fact]
    public async Task Fifty_at_once_under_one_key_get_the_same_answer()
    {
        var me = await shop.NewPersonAt(Noon);
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => me.Post(Path, null, "same")));
        Assert.All(answers, answer => Assert.Equal(201, answer.Status));
        Assert.Single(answers.Select(answer => answer.Body).Distinct());
        await shop.Booked(me, 10);
    }

    [Fact]
    public async Task When_Redis_forgets_everything_nobody_signs_in_again()
    {
        var me = await shop.NewPersonAt(Noon);
        Assert.Equal(201, (await me.Post(Path, null, "first")).Status);
        for (var round = 0; round < 3; round++)
        {
            await shop.Services.GetRequiredService<GateRedis>().Call(db => db.ExecuteAsync("FLUSHDB"));
            await shop.FlushCache();
            var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(n => Answered(me, $"flushed-{round}-{n}")));
            Assert.All(answers, answer => Assert.Equal((409, "already_signed_in"), (answer.Status, answer.Code)));
            Assert.Equal(201, (await Answered(me, "first")).Status);
        }
        await shop.Booked(me, 10);
    }

    [Fact]
    public async Task Across_midnight_there_and_back_each_date_is_signed_once()
    {
        var midnight = new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);
        var me = await shop.NewPersonAt(midnight.AddSeconds(-30));
        Assert.Equal(("2026-11-20", 1), Day(await me.Post(Path, null, "m-1")));
        Assert.Equal(409, (await me.Post(Path, null, "m-2")).Status);
        shop.Clock.Set(midnight.AddSeconds(5));
        Assert.Equal(("2026-11-21", 2), Day(await me.Post(Path, null, "m-3")));
        shop.Clock.Set(midnight.AddSeconds(-20));    // the clock was wrong, and is put back
        Assert.Equal(409, (await me.Post(Path, null, "m-4")).Status);
        shop.Clock.Set(midnight.AddSeconds(5));
        Assert.Equal(409, (await me.Post(Path, null, "m-5")).Status);
        Assert.Equal(("2026-11-20", 1), Day(await me.Post(Path, null, "m-1")));    // a retry, on the next day
        await shop.Booked(me, 20);
    }

    [Fact]
    public async Task While_the_clock_steps_over_midnight_and_back_no_date_is_signed_twice()
    {
        var midnight = new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);
        var me = await shop.NewPersonAt(midnight.AddSeconds(-5));
        using var stop = new CancellationTokenSource();
        var stepping = Task.Run(async () =>
        {
            for (var step = 0; !stop.IsCancellationRequested; step++)
            {
                shop.Clock.Set(midnight.AddSeconds(step % 2 == 0 ? 5 : -5));
                await Task.Yield();
            }
        });
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(n => me.Post(Path, null, $"step-{n}")));
        await stop.CancelAsync();
        await stepping;

        var days = answers.Where(answer => answer.Status == 201).Select(answer => Day(answer).Day).ToArray();
        Assert.Equal(days.Distinct(), days);
        Assert.InRange(days.Length, 1, 2);
        Assert.All(answers.Where(answer => answer.Status != 201), answer => Assert.Equal(409, answer.Status));
        await shop.Booked(me, days.Length * 10);
    }

    [Fact]
    public async Task A_zone_that_is_changed_wins_no_second_day()
    {
        var me = await shop.NewPersonAt(Noon);
        Assert.Equal(new DateOnly(2026, 11, 20), await DayOf(me));
        await shop.SetZone(me, "Pacific/Kiritimati");    // where it is the 21st already
        Assert.Null(await DayOf(me));
        shop.Clock.Set(Noon.AddHours(11.9));
        Assert.Null(await DayOf(me));
        shop.Clock.Set(Noon.AddHours(12.1));    // the shop's day is over: the new zone counts
        Assert.Equal(new DateOnly(2026, 11, 21), await DayOf(me));

        await shop.SetZone(me, "Pacific/Midway");    // where it is the 20th still
        Assert.Null(await DayOf(me));
        shop.Clock.Set(Noon.AddHours(22.5));    // the 22nd has begun in the zone before, and the 20th in the new one ends
        Assert.Null(await DayOf(me));
        shop.Clock.Set(Noon.AddHours(48.5));    // the 22nd in Midway
        Assert.Equal(new DateOnly(2026, 11, 22), await DayOf(me));
        await shop.Booked(me, 10 + 10 + 15);
    }

    [Fact]
    public async Task Zones_changed_while_signing_in_win_nothing_either()
    {
        var me = await shop.NewPersonAt(Noon);
        string[] zones = ["Pacific/Kiritimati", "Pacific/Midway", "Europe/Berlin", ""];
        await Task.WhenAll(Enumerable.Range(0, 40).Select(n => n % 2 == 0 ? shop.SetZone(me, zones[n / 2 % 4]) : shop.SignIn(me)));
        Assert.Equal(1, await shop.Count("select count(*) from sign_in.days where person = $1", me.Person));
    }

    [Fact]
    public async Task Seven_days_in_a_row_earn_the_bonus_and_a_gap_begins_again()
    {
        var me = await shop.NewPersonAt(Noon.AddDays(100));
        var points = new List<int>();
        foreach (var day in Enumerable.Range(0, 8).Append(9))
        {
            shop.Clock.Set(Noon.AddDays(100 + day));
            points.Add(Assert.IsType<SigningIn.Done>(await shop.SignIn(me)).Day.Points);
        }
        Assert.Equal([10, 10, 15, 15, 20, 20, 50, 10, 10], points);
        await shop.Booked(me, points.Sum());
    }

    [Fact]
    public async Task A_date_whose_row_was_lost_with_its_process_counts_for_the_streak()
    {
        var me = await shop.NewPersonAt(Noon.AddDays(200));
        await shop.SignIn(me);
        await shop.Booked(me, 10);
        await Forget(me);
        shop.Clock.Set(Noon.AddDays(201));
        Assert.Equal(2, Assert.IsType<SigningIn.Done>(await shop.SignIn(me)).Day.Streak);
        Assert.Equal(2, await shop.Count("select count(*) from sign_in.days where person = $1", me.Person));
        await shop.Booked(me, 20);
    }

    [Fact]
    public async Task A_message_that_comes_again_books_nothing_and_writes_what_is_missing()
    {
        var me = await shop.NewPersonAt(Noon);
        await shop.SignIn(me);
        await shop.Booked(me, 10);
        var pool = await shop.Services.GetRequiredService<DayPools>().Get(new(2026, 11, 20), CancellationToken.None);
        var claim = (await shop.Services.GetRequiredService<IClaims>()
            .FindByKey(pool, me.Person, DayStore.ClaimKey(me.Person), CancellationToken.None))!;
        await Forget(me);
        for (var i = 0; i < 5; i++)
            await shop.Publish(new ClaimsMade
            {
                Pool = pool,
                Kind = DayPools.Kind,
                Kept = true,
                MadeAt = claim.MadeAt,
                Deadline = null,
                Ids = [claim.Id],
                People = [me.Person],
                Quantities = [1],
                Ordinals = [claim.Ordinal],
            });
        await Eventually.IsTrue(
            async () => await shop.Count("select count(*) from sign_in.days where person = $1", me.Person) == 1, "the row is back");
        await shop.Booked(me, 10);
    }

    [Fact]
    public async Task The_calendar_is_a_bitmap_that_is_built_again_when_it_is_lost()
    {
        var me = await shop.NewPersonAt(Noon);
        Assert.Equal("""{"month":"2026-11","days":[]}""", (await me.Get($"{Path}/2026-11")).Body);
        await me.Post(Path, null, "calendar");
        Assert.Equal("""{"month":"2026-11","days":[20]}""", (await me.Get($"{Path}/2026-11")).Body);
        var key = Calendar.Key(me.Person, new(2026, 11, 1));
        Assert.True(await shop.Cache.Call(db => db.StringGetBitAsync(key, 20)));
        Assert.False(await shop.Cache.Call(db => db.StringGetBitAsync(key, 21)));

        await shop.FlushCache();
        Assert.Equal("""{"month":"2026-11","days":[20]}""", (await me.Get($"{Path}/2026-11")).Body);
        Assert.True(await shop.Cache.Call(db => db.StringGetBitAsync(key, 20)));
        Assert.Equal("""{"month":"2026-12","days":[]}""", (await me.Get($"{Path}/2026-12")).Body);
        Assert.Equal("""{"month":"2026-11","days":[]}""", (await (await shop.NewPerson()).Get($"{Path}/2026-11")).Body);
    }

    [Fact]
    public async Task A_calendar_that_is_built_while_a_day_is_signed_has_that_day()
    {
        for (var round = 0; round < 10; round++)
        {
            var me = await shop.NewPersonAt(Noon);
            await Task.WhenAll(
                [me.Post(Path, null, "race"), .. Enumerable.Range(0, 10).Select(_ => me.Get($"{Path}/2026-11"))]);
            Assert.Equal("""{"month":"2026-11","days":[20]}""", (await me.Get($"{Path}/2026-11")).Body);
        }
    }

    [Fact]
    public async Task What_is_there_to_earn_is_said_before_and_after()
    {
        var me = await shop.NewPersonAt(Noon);
        var before = (await me.Get(Path)).Json;
        Assert.Equal((false, 0, 10, "2026-11-20", "UTC"), (
            before.GetProperty("isSignedIn").GetBoolean(), before.GetProperty("streak").GetInt32(),
            before.GetProperty("points").GetInt32(), before.GetProperty("day").GetString(), before.GetProperty("timeZone").GetString()));
        Assert.Equal("2026-11-21T00:00:00Z", before.GetProperty("nextAt").GetString());
        await me.Get("/api/v1/me/overview");
        await me.Post(Path, null, "today");
        Assert.True((await me.Get(Path)).Json.GetProperty("isSignedIn").GetBoolean());
        await Eventually.IsTrue(
            async () =>
            {
                var overview = (await me.Get("/api/v1/me/overview")).Json;
                return overview.GetProperty("signIn").GetProperty("streak").GetInt32() == 1
                    && overview.GetProperty("points").GetProperty("balance").GetInt64() == 10;
            },
            "the overview shows the sign-in and its points");
    }

    [Theory]
    [InlineData("GET", Path + "/2026-13", "invalid_request")]
    [InlineData("GET", Path + "/2026-1", "invalid_request")]
    [InlineData("GET", Path + "/november", "invalid_request")]
    [InlineData("GET", Path + "/0001-01", "invalid_request")]
    [InlineData("POST", Path, "idempotency_key_missing")]
    [InlineData("GET", "/api/v1/me/points/history?limit=0", "invalid_request")]
    [InlineData("GET", "/api/v1/me/points/history?after=x", "invalid_cursor")]
    public async Task Nonsense_is_refused(string method, string path, string code)
    {
        var me = await shop.NewPersonAt(Noon);
        var reply = await me.Send(new HttpMethod(method), path);
        Assert.Equal((400, code), (reply.Status, reply.Code));
        Assert.Equal(401, (await shop.Stranger().Send(new HttpMethod(method), path)).Status);
    }

    [Fact]
    public async Task An_erased_person_has_no_days()
    {
        var me = await shop.NewPersonAt(Noon);
        await me.Post(Path, null, "erased");
        await me.Get($"{Path}/2026-11");
        await shop.Booked(me, 10);
        await shop.Publish(new PersonErased { Person = me.Person, At = Noon });
        await Eventually.IsTrue(
            async () => await shop.Count("select count(*) from sign_in.days where person = $1", me.Person) == 0
                && !await shop.Cache.Call(db => db.KeyExistsAsync(Calendar.Key(me.Person, new(2026, 11, 1)))),
            "the days are gone");
    }

    [Fact]
    public async Task All_sign_ins_are_exported()
    {
        var me = await shop.NewPersonAt(Noon);
        await shop.SignIn(me);
        var rows = new List<string[]>();
        await foreach (var row in SignInCommand.Rows(shop.Services.GetRequiredService<DayStore>(), CancellationToken.None))
            rows.Add(row);
        var id = Doorbuster.Platform.PublicId.Format("usr", me.Person);
        Assert.Equal(["2026-11-20", "1", "10"], Assert.Single(rows, row => row[0] == id)[1..4]);
        Assert.Contains("\"day\":\"2026-11-20\"", (await me.Get("/api/v1/me/export")).Body, StringComparison.Ordinal);
    }

    private static (string Day, int Streak) Day(Orders.Reply reply)
    {
        Assert.Equal(201, reply.Status);
        return (reply.Json.GetProperty("day").GetString()!, reply.Json.GetProperty("streak").GetInt32());
    }

    private Task<int> Forget(Caller me) => shop.Sql.Execute(
        "delete from sign_in.days where person = $1", CancellationToken.None, new NpgsqlParameter { Value = me.Person });

    private async Task<DateOnly?> DayOf(Caller me) =>
        await shop.SignIn(me) is SigningIn.Done { IsReplay: false } done ? done.Day.Day : null;

    // The gate is counted anew after it forgot; until then the shop says "come again", as it should.
    private static async Task<Orders.Reply> Answered(Caller me, string key)
    {
        while (true)
        {
            var reply = await me.Post(Path, null, key);
            if (reply.Status < 500)
                return reply;
            await Task.Delay(20);
        }
    }
}
