using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Postgres;
using Npgsql;

namespace Doorbuster.IntegrationTests.Platform;

/// <summary>The log in a real PostgreSQL: written by many at once, and tampered with by a superuser.</summary>
public sealed class AuditTests(SharedStores stores)
{
    private static readonly CancellationToken Cancel = CancellationToken.None;

    [Fact]
    public async Task Many_write_at_once_and_the_chain_is_whole_and_has_no_gap()
    {
        await using var database = await TestDatabase.Migrated(stores);
        var before = (await Verify(database)).Rows;

        // Each third is rolled back; each files two, and waits for others' rows between them.
        await database.Run("create table public.things (name int primary key, n int); insert into things values (1, 0), (2, 0)");
        await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
        {
            await Task.Yield();
            Actor.Begin(new Actor($"usr_{i}", "http", "127.0.0.1", null));
            await using var connection = await database.Source.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await transaction.Audit("thing.change", "first", null, new() { ["i"] = i, ["text"] = "ä\"€\n" }, Cancel);
            await transaction.Execute("update things set n = n + 1 where name = $1", Cancel, new NpgsqlParameter { Value = 1 + i % 2 });
            await transaction.Audit("thing.change", "second", new() { ["i"] = i }, null, Cancel);
            if (i % 3 != 0)
                await transaction.CommitAsync();
        }));

        var verdict = await Verify(database);
        Assert.Null(verdict.Broken);
        Assert.Equal(before + 80, verdict.Rows);
        Assert.Equal(verdict.Rows, await database.Scalar<long>("select max(seq) from audit.entries"));
        Assert.Equal(40L, await database.Scalar<long>("select sum(n) from things"));
    }

    [Fact]
    public async Task Nothing_is_filed_where_nobody_acts()
    {
        await using var database = await TestDatabase.Migrated(stores);

        await database.Run("create table public.things (n int)");

        Assert.Equal(1, await database.Source.ExecuteAudited(
            new("thing.create", "x"), "insert into things values (1)", Cancel));

        Assert.Equal(0L, await database.Scalar<long>("select count(*) from audit.entries"));
    }

    [Fact]
    public async Task A_statement_that_changes_nothing_files_nothing_and_secrets_are_never_filed()
    {
        await using var database = await TestDatabase.Migrated(stores);
        Actor.Begin(Actor.Local("doorbuster test"));
        await database.Run("create table public.things (n int)");

        await database.Source.ExecuteAudited(new("thing.change", "x"), "update things set n = 1", Cancel);
        await database.Source.ExecuteAudited(
            new("thing.create", "x", null, new() { ["password"] = "very secret", ["long"] = new string('x', 9_000) }),
            "insert into things values (1)", Cancel);

        var entry = Assert.Single(await Store(database).List(new(), long.MaxValue, 10, Cancel));
        Assert.Equal(("thing.create", "command"), (entry.Action, entry.Source));
        Assert.DoesNotContain("very secret", entry.After, StringComparison.Ordinal);
        Assert.InRange(entry.After!.Length, 1, 200);
    }

    [Theory]
    [InlineData("update audit.entries set actor = 'usr_other' where seq = 3")]
    [InlineData("update audit.entries set seq = seq + 100")]
    [InlineData("delete from audit.entries where seq = 3")]
    [InlineData("truncate audit.entries")]
    [InlineData("update audit.head set seq = 1")]
    [InlineData("delete from audit.head")]
    [InlineData("insert into audit.entries (seq, at, actor, source, action, subject, previous, hash) values (99, now(), 'a', 'http', 'a', 'a', '', '')")]
    public async Task The_tables_refuse_what_is_not_appending(string sql)
    {
        await using var database = await WithEntries(5);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => database.Run(sql));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        Assert.Null((await Verify(database)).Broken);
    }

    // A superuser switches the triggers off. What he does then:
    [Theory]
    [InlineData("update audit.entries set actor = 'usr_other' where seq = 3", 3)]
    [InlineData("update audit.entries set at = at + interval '1 microsecond' where seq = 5", 5)]
    [InlineData("update audit.entries set before = '{}' where seq = 1", 1)]
    [InlineData("update audit.entries set after = '{\"i\": 2}' where seq = 3", 3)]
    [InlineData("update audit.entries set address = '' where seq = 2", 2)]
    [InlineData("delete from audit.entries where seq = 1", 1)]
    [InlineData("delete from audit.entries where seq = 3", 3)]
    [InlineData("delete from audit.entries where seq >= 4", 4)]
    [InlineData("update audit.entries set seq = 99 where seq = 2; update audit.entries set seq = 2 where seq = 4; update audit.entries set seq = 4 where seq = 99", 2)]
    [InlineData("update audit.entries e set hash = audit.hash_of(e, e.seq, e.previous), subject = 'other' where seq = 4", 4)]
    [InlineData("update audit.entries set actor = 'usr_other' where seq = 3; update audit.entries e set hash = audit.hash_of(e, e.seq, e.previous) where seq = 3", 4)]
    [InlineData("insert into audit.entries (seq, at, actor, source, action, subject, previous, hash) select 6, now(), 'a', 'http', 'a', 'a', hash, hash from audit.head", 6)]
    [InlineData("insert into audit.entries (seq, at, actor, source, action, subject, previous, hash) select 6, now(), 'a', 'http', 'a', 'a', hash, hash from audit.head; update audit.entries e set hash = audit.hash_of(e, e.seq, e.previous) where seq = 6", 6)]
    [InlineData("insert into audit.entries (at, actor, source, action, subject) values (now(), 'a', 'http', 'a', 'a')", 6)]
    [InlineData("delete from audit.head", 0)]
    [InlineData("delete from audit.entries", 1)]
    public async Task What_a_superuser_does_is_found_at_the_first_row_that_is_otherwise(string sql, long row)
    {
        await using var database = await WithEntries(5);

        await database.Run($"set session_replication_role = replica; {sql}; reset session_replication_role");

        Assert.Equal(row, (await Verify(database)).Broken?.Seq);
    }

    [Theory]
    [InlineData("""
        delete from audit.entries where seq > 3;
        update audit.head set (seq, hash) = (select seq, hash from audit.entries where seq = 3)
        """, 4)]
    [InlineData("""
        update audit.entries set actor = 'usr_other' where seq = 5;
        update audit.entries e set hash = audit.hash_of(e, e.seq, e.previous) where seq = 5;
        update audit.head set hash = (select hash from audit.entries where seq = 5)
        """, 5)]
    public async Task What_is_cut_or_written_anew_together_with_its_end_is_found_by_an_anchor_kept_elsewhere(string sql, long row)
    {
        await using var database = await WithEntries(5);
        var anchor = AuditAnchor.Parse((await Store(database).Head(Cancel)).ToString());

        await database.Run($"set session_replication_role = replica; {sql}; reset session_replication_role");

        Assert.Null((await Verify(database)).Broken);
        Assert.Equal(row, (await Store(database).Verify(anchor, Cancel)).Broken?.Seq);
    }

    private async Task<TestDatabase> WithEntries(int count)
    {
        var database = await TestDatabase.Migrated(stores);
        Actor.Begin(new Actor("usr_me", "http", null, "r"));
        for (var i = 1; i <= count; i++)
        {
            await using var connection = await database.Source.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await transaction.Audit("thing.change", $"thing-{i}", new() { ["i"] = i - 1 }, new() { ["i"] = i }, Cancel);
            await transaction.CommitAsync();
        }
        return database;
    }

    private static AuditStore Store(TestDatabase database) => new(database.Source);

    private static Task<AuditVerdict> Verify(TestDatabase database) => Store(database).Verify(null, Cancel);
}
