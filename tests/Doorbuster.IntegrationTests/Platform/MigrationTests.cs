using System.Collections.Concurrent;
using Doorbuster.Platform.Postgres;

namespace Doorbuster.IntegrationTests.Platform;

public sealed class MigrationTests(SharedStores stores)
{
    private static readonly MigrationFile Things = new("things", "0001_things.sql",
        "create table things.things (id int primary key); insert into things.things values (1);");

    [Fact]
    public async Task Eight_processes_that_start_at_once_run_each_file_once()
    {
        await using var database = await TestDatabase.Empty(stores);
        var applied = new ConcurrentQueue<string>();
        MigrationFile[] files = [.. Migrations.Files([]), Things,
            new("things", "0002_more.sql", "select pg_sleep(0.2); alter table things.things add column name text")];

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
            Migrations.RunFiles(database.Source, files, applied.Enqueue, default))));

        Assert.Equal(files.Length, await database.Scalar<long>("select count(*) from platform.migrations"));
        Assert.Equal(files.Select(file => $"Applied {file}"), applied.Where(line => line.StartsWith("Applied")));
        Assert.Equal(1L, await database.Scalar<long>("select count(*) from things.things"));
    }

    [Fact]
    public async Task A_file_changed_after_it_ran_is_named_and_nothing_runs()
    {
        await using var database = await TestDatabase.Empty(stores);
        await Migrations.RunFiles(database.Source, [Things], _ => { }, default);
        MigrationFile changed = new(Things.Schema, Things.Name, Things.Sql + " -- changed");
        MigrationFile next = new("things", "0002_more.sql", "create table things.more ()");

        var refusal = await Assert.ThrowsAsync<MigrationException>(() =>
            Migrations.RunFiles(database.Source, [next, changed], _ => { }, default));

        Assert.Contains("things/0001_things.sql was changed", refusal.Message);
        Assert.Equal(1L, await database.Scalar<long>("select count(*) from platform.migrations"));
    }

    [Fact]
    public async Task A_file_that_fails_leaves_nothing_and_is_named_with_its_line()
    {
        await using var database = await TestDatabase.Empty(stores);
        MigrationFile broken = new("things", "0002_broken.sql", "create table things.half (id int);\ncreate tabel x ();");

        var refusal = await Assert.ThrowsAsync<MigrationException>(() =>
            Migrations.RunFiles(database.Source, [Things, broken], _ => { }, default));

        Assert.Contains("things/0002_broken.sql failed", refusal.Message);
        Assert.Equal(1L, await database.Scalar<long>("select count(*) from platform.migrations"));
        Assert.False(await database.Scalar<bool>("select to_regclass('things.half') is not null"));
    }

    [Fact]
    public async Task A_file_that_sorts_before_one_that_ran_is_refused()
    {
        await using var database = await TestDatabase.Empty(stores);
        await Migrations.RunFiles(database.Source, [Things], _ => { }, default);

        var refusal = await Assert.ThrowsAsync<MigrationException>(() => Migrations.RunFiles(
            database.Source, [new("things", "0000_late.sql", "select 1"), Things], _ => { }, default));

        Assert.Contains("things/0000_late.sql sorts before 0001_things.sql", refusal.Message);
    }
}
