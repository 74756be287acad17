using Doorbuster.Accounts;
using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.IntegrationTests.Accounts;

public sealed class PeopleSearchTests(Database database) : IClassFixture<Database>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_is_asked_for_people_are_found_by_an_index()
    {
        var store = (await database.StartProcess(Doorbuster.Platform.Work.None)).GetRequiredService<AccountStore>();
        await database.Sql.Execute(
            """
            insert into accounts.people (id, email, email_key, display_name, created_at, blocked_at, blocked_because)
            select n, 'P' || md5(n::text) || '@example.test', 'p' || md5(n::text) || '@example.test', 'P', now(),
              case when n % 500 = 0 then now() end, case when n % 500 = 0 then 'why' end
            from generate_series(1, 10000) n
            """, Cancel);
        await database.Sql.Execute("analyze accounts.people", Cancel);
        var someone = (await store.Find(4_321, Cancel))!.Email;

        Assert.Equal([4_321L], (await store.Search(someone[..12], null, long.MaxValue, 40, Cancel)).Select(found => found.Id));
        Assert.Equal([4_321L], (await store.Search(someone.ToUpperInvariant(), false, long.MaxValue, 40, Cancel)).Select(found => found.Id));
        Assert.Empty(await store.Search(someone, true, long.MaxValue, 40, Cancel));
        Assert.Empty(await store.Search("%", null, long.MaxValue, 40, Cancel));
        Assert.Equal([9_500L, 9_000, 8_500], (await store.Search(null, true, 10_000, 3, Cancel)).Select(found => found.Id));
        Assert.Equal([9_999L, 9_998], (await store.Search(null, false, 10_000, 2, Cancel)).Select(found => found.Id));

        Assert.Contains("people_by_email", await Plan(someone[..12], null), StringComparison.Ordinal);
        Assert.Contains("people_blocked", await Plan(null, true), StringComparison.Ordinal);
        foreach (var email in (string?[])[null, "p", someone[..12], someone])
            foreach (var isBlocked in (bool?[])[null, true, false])
                Assert.DoesNotContain("Seq Scan", await Plan(email, isBlocked), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_kept_of_why_somebody_was_blocked_who_asked_to_be_forgotten()
    {
        var store = (await database.StartProcess(Doorbuster.Platform.Work.None)).GetRequiredService<AccountStore>();
        await database.Sql.Execute(
            """
            insert into accounts.people (id, email, email_key, display_name, created_at)
            values (20001, 'x@example.test', 'x@example.test', 'X', now()), (20002, 'y@example.test', 'y@example.test', 'Y', now())
            """, Cancel);
        var now = TimeProvider.System.GetUtcNow();
        await store.Block(20_001, "tried stolen cards", now, Cancel);
        await store.Erase(20_001, now, Cancel);

        var erased = (await store.Find(20_001, Cancel))!;
        Assert.Equal((true, null, null), (erased.IsErased, erased.BlockedAt, erased.BlockedBecause));
        Assert.False(await store.Unblock(20_001, Cancel));

        Actor.Begin(Actor.Local("doorbuster test"));
        await store.Block(20_002, "by mistake", now, Cancel);
        Assert.True(await store.Unblock(20_002, Cancel));
        Assert.Equal("by mistake", Assert.Single(await database.Sql.Query(
            "select before ->> 'reason' from audit.entries where action = 'person.unblock'", row => row.GetString(0), Cancel)));
    }

    private async Task<string> Plan(string? email, bool? isBlocked) => string.Join('\n', await database.Sql.Query(
        "explain " + AccountStore.SearchSql(email is not null, isBlocked), row => row.GetString(0), Cancel,
        [
            new() { Value = long.MaxValue }, new() { Value = 40 },
            .. email is null ? Array.Empty<NpgsqlParameter>() : [new() { Value = Account.KeyOf(email) }],
        ]));
}
