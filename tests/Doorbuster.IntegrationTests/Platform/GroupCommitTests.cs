using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Npgsql;

namespace Doorbuster.IntegrationTests.Platform;

public sealed class GroupCommitTests(SharedStores stores)
{
    [Fact]
    public async Task Statements_of_many_share_commits_and_each_has_its_own_answer()
    {
        await using var database = await Prepared();
        await using var together = Open(database);

        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(i => Insert(together, i)));

        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"row {i}"), answers);
        var commits = await database.Scalar<long>("select count(distinct xmin::text) from test.rows");
        Assert.InRange(commits, 1, 100);
    }

    [Fact]
    public async Task One_that_fails_fails_alone_and_nothing_of_it_stays()
    {
        await using var database = await Prepared();
        await using var together = Open(database);
        await Insert(together, 7);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            try
            {
                return await Insert(together, i);
            }
            catch (PostgresException error)
            {
                return error.SqlState;
            }
        }));

        Assert.Equal(
            Enumerable.Range(0, 20).Select(i => i == 7 ? PostgresErrorCodes.UniqueViolation : $"row {i}"), answers);
        Assert.Equal(20L, await database.Scalar<long>("select count(*) from test.rows"));
    }

    [Fact]
    public async Task A_row_that_changes_nothing_says_nothing_among_those_that_do()
    {
        await using var database = await Prepared();
        await using var together = Open(database);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Insert(together, i)));

        var changed = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => together.Run(Changing, i, default)));

        Assert.Equal<bool>([.. Enumerable.Range(0, 20).Select(i => i < 10)], changed);
        Assert.Null(await together.Run(Finding, 99, default));
        Assert.Equal("changed", await together.Run(Finding, 9, default));
    }

    [Fact]
    public async Task A_broken_connection_is_a_store_that_is_away_and_the_next_statement_finds_another()
    {
        await using var database = await Prepared();
        await using var together = Open(database);

        await Assert.ThrowsAsync<StoreAwayException>(() => together.Run(Ending, 1, default));

        Assert.Equal("row 1", await Insert(together, 1));
    }

    [Fact]
    public async Task Rows_of_many_share_executions_and_each_has_its_own_answer()
    {
        await using var database = await Prepared();
        await using var together = Open(database);

        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Reverse().Select(i => together.Run(Adding, (i, $"row {i}"), default)));

        Assert.Equal(Enumerable.Range(0, 500).Reverse().Select(i => $"row {i}"), answers);
        // Rows of one execution have one command id in their transaction.
        var executions = await database.Scalar<long>("select count(distinct (xmin::text, cmin::text)) from test.rows");
        Assert.InRange(executions, 1, 100);
    }

    [Fact]
    public async Task Of_rows_with_one_key_one_is_told_that_it_was_written()
    {
        await using var database = await Prepared();
        await using var together = Open(database);

        var answers = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => together.Run(Adding, (i % 3, $"row {i}"), default)));

        var told = answers.OfType<string>().Order(StringComparer.Ordinal).ToList();
        var written = await database.Scalar<string>("select string_agg(text, ',' order by text collate \"C\") from test.rows");
        Assert.Equal(3, told.Count);
        Assert.Equal(written, string.Join(',', told));
    }

    [Fact]
    public async Task A_row_that_fails_fails_alone()
    {
        await using var database = await Prepared();
        await using var together = Open(database);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(async i =>
        {
            try
            {
                return await together.Run(Adding, (i, i == 7 ? "bad" : $"row {i}"), default);
            }
            catch (PostgresException error)
            {
                return error.SqlState;
            }
        }));

        Assert.Equal(Enumerable.Range(0, 50).Select(i => i == 7 ? PostgresErrorCodes.CheckViolation : $"row {i}"), answers);
        Assert.Equal(49L, await database.Scalar<long>("select count(*) from test.rows"));
    }

    [Fact]
    public async Task Who_waits_too_long_for_a_lock_fails_alone()
    {
        await using var database = await Prepared();
        await using var together = Open(database);
        await Insert(together, 7);
        await using var stranger = new NpgsqlConnection(database.ConnectionString);
        await stranger.OpenAsync();
        await using var transaction = await stranger.BeginTransactionAsync();
        await transaction.Execute("update test.rows set text = 'locked' where id = 7", default);

        var locked = together.Run(Changing, 7, default);
        var others = Enumerable.Range(10, 20).Select(i => Insert(together, i)).ToList();

        Assert.Equal(Enumerable.Range(10, 20).Select(i => $"row {i}"), await Task.WhenAll(others));
        await Assert.ThrowsAsync<StoreAwayException>(() => locked);
        await transaction.CommitAsync();
        Assert.True(await together.Run(Changing, 7, default));
    }

    private static readonly RowStatement<(int Id, string Text), int, string> Adding = new(
        """
        insert into test.rows (id, text) select id, text from unnest($1, $2) as r (id, text)
        on conflict do nothing returning id, text
        """,
        row => row.Id, row => (row.GetInt32(0), row.GetString(1)),
        rows => [rows.Column(row => row.Id), rows.Column(row => row.Text)]);

    private static readonly RowStatement<int, int, string> Inserting = new(
        "insert into test.rows (id, text) select id, 'row ' || id from unnest($1) as r (id) returning id, text",
        id => id, row => (row.GetInt32(0), row.GetString(1)), rows => [rows.Column(id => id)]);

    private static readonly RowStatement<int, int, bool> Changing = new(
        "update test.rows set text = 'changed' from unnest($1) as r (wanted) where id = wanted returning id",
        id => id, row => (row.GetInt32(0), true), rows => [rows.Column(id => id)]);

    private static readonly RowStatement<int, int, string> Finding = new(
        "select id, text from unnest($1) as r (wanted) join test.rows on id = wanted",
        id => id, row => (row.GetInt32(0), row.GetString(1)), rows => [rows.Column(id => id)]);

    private static readonly RowStatement<int, int, bool> Ending = new(
        "select id, pg_terminate_backend(pg_backend_pid()) from unnest($1) as r (id)",
        id => id, row => (row.GetInt32(0), true), rows => [rows.Column(id => id)]);

    private static Task<string?> Insert(GroupCommit together, int id) => together.Run(Inserting, id, default);

    private static GroupCommit Open(TestDatabase database) => new(NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(database.ConnectionString) { Options = "-c lock_timeout=300ms" }));

    private async Task<TestDatabase> Prepared()
    {
        var database = await TestDatabase.Migrated(stores);
        await database.Run("create schema test; create table test.rows (id int primary key, text text check (text <> 'bad'))");
        return database;
    }
}
