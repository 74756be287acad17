using Doorbuster.Platform.Postgres;

namespace Doorbuster.Tests.Platform;

public sealed class PendingMigrationTests
{
    private static readonly MigrationFile First = new("shop", "0001_a.sql", "create table shop.a ();\n");
    private static readonly MigrationFile Second = new("shop", "0002_b.sql", "create table shop.b ();\n");

    [Fact]
    public void What_ran_does_not_run_again() =>
        Assert.Equal([Second], Migrations.Pending([First, Second], Ran(First)));

    [Fact]
    public void A_file_with_other_line_endings_is_the_same_file() =>
        Assert.Empty(Migrations.Pending([new("shop", First.Name, First.Sql.Replace("\n", "\r\n"))], Ran(First)));

    [Fact]
    public void A_changed_file_is_named() =>
        Assert.Contains("shop/0001_a.sql", Assert.Throws<MigrationException>(() =>
            Migrations.Pending([new("shop", First.Name, "drop table shop.a")], Ran(First))).Message);

    [Fact]
    public void Files_of_a_newer_program_are_none_of_ours() =>
        Assert.Empty(Migrations.Pending([First], Ran(First, Second)));

    [Fact]
    public void A_file_that_comes_too_late_is_refused() =>
        Assert.Throws<MigrationException>(() => Migrations.Pending([First, Second], Ran(Second)));

    private static Dictionary<(string Schema, string Name), string> Ran(params MigrationFile[] files) =>
        files.ToDictionary(file => (file.Schema, file.Name), file => file.Checksum);
}
