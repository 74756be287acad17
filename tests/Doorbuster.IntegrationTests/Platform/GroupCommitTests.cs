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
    public async Task Rows_changed_are_counted_for_each_and_a_query_without_rows_is_null()
    {
        await using var database = await Prepared();
        await using var together = Open(database);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Insert(together, i)));

        var counts = Task.WhenAll(Enumerable.Range(0, 10).Select(i => together.Execute(
            "update test.rows set text = 'changed' where id < $1", default, new NpgsqlParameter { Value = i })));
        var nothing = together.QueryFirst(
            "select text from test.rows where id = $1", row => row.GetString(0), default, new NpgsqlParameter { Value = 99 });

        Assert.Equal(Enumerable.Range(0, 10), await counts);
        Assert.Null(await nothing);
    }

    [Fact]
    public async Task A_broken_connection_is_a_store_that_is_away_and_the_next_statement_finds_another()
    {
        await using var database = await Prepared();
        await using var together = Open(database);

        await Assert.ThrowsAsync<StoreAwayException>(() => together.Execute(
            "select pg_terminate_backend(pg_backend_pid())", default));

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

        var locked = Change(7);
        var others = Enumerable.Range(10, 20).Select(i => Insert(together, i)).ToList();

        Assert.Equal(Enumerable.Range(10, 20).Select(i => $"row {i}"), await Task.WhenAll(others));
        await Assert.ThrowsAsync<StoreAwayException>(() => locked);
        await transaction.CommitAsync();
        Assert.Equal(1, await Change(7));

        Task<int> Change(int id) => together.Execute(
            "update test.rows set text = 'changed' where id = $1", default, new NpgsqlParameter { Value = id });
    }

    private static readonly RowStatement<(int Id, string Text), int, string> Adding = new(
        """
        insert into test.rows (id, text) select id, text from unnest($1, $2) as r (id, text)
        on conflict do nothing returning id, text
        """,
        row => row.Id, row => (row.GetInt32(0), row.GetString(1)),
        rows => [rows.Column(row => row.Id), rows.Column(row => row.Text)]);

    private static Task<string?> Insert(GroupCommit together, int id) => together.QueryFirst(
        "insert into test.rows (id, text) values ($1, 'row ' || $1::text) returning text", row => row.GetString(0), default,
        new NpgsqlParameter { Value = id });

    private static GroupCommit Open(TestDatabase database) => new(NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(database.ConnectionString) { Options = "-c lock_timeout=300ms" }));

    private async Task<TestDatabase> Prepared()
    {
        var database = await TestDatabase.Migrated(stores);
        await database.Run("create schema test; create table test.rows (id int primary key, text text check (text <> 'bad'))");
        return database;
    }
}
