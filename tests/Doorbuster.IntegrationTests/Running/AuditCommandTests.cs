using System.Text.Json;
using Doorbuster.Platform.Commands;
using Npgsql;

namespace Doorbuster.IntegrationTests.Running;

public sealed class AuditCommandTests
{
    [Fact]
    public async Task An_honest_log_is_whole_and_one_that_was_changed_ends_with_1_and_names_the_row()
    {
        await using var shop = await RunningShop.Up();
        foreach (var name in (string[])["first", "second", "third"])
            await shop.Ask("user", "create-admin", "--email", $"{name}@example.test");

        var listed = (await shop.Ask("audit", "list")).GetProperty("data").EnumerateArray().ToList();
        Assert.Equal(
            [(3L, "third@example.test"), (2L, "second@example.test"), (1L, "first@example.test")],
            listed.Select(entry => (entry.GetProperty("seq").GetInt64(), entry.GetProperty("after").GetProperty("email").GetString())));
        Assert.All(listed, entry =>
        {
            Assert.Equal(("person.create", "command", "doorbuster user create-admin"), (
                entry.GetProperty("action").GetString(), entry.GetProperty("source").GetString(),
                entry.GetProperty("request").GetString()));
            Assert.Equal($"local:{Environment.UserName}@{Environment.MachineName}", entry.GetProperty("actor").GetString());
        });
        var honest = await shop.Ask("audit", "verify");
        Assert.True(honest.GetProperty("isWhole").GetBoolean());
        var anchor = honest.GetProperty("anchor").GetString()!;
        Assert.Equal(ExitCode.Ok, (await Run(shop, "verify", "--anchor", anchor)).ExitCode);

        var file = Path.Combine(shop.Folder!, "audit.csv");
        Assert.Equal(ExitCode.Ok, (await Run(shop, "export", file)).ExitCode);
        var csv = await File.ReadAllLinesAsync(file);
        Assert.Equal(4, csv.Length);
        Assert.StartsWith("3,", csv[1], StringComparison.Ordinal);
        Assert.EndsWith(anchor.Split(':')[1], csv[1], StringComparison.Ordinal);

        await using (var db = NpgsqlDataSource.Create(shop.Status.Postgres.ConnectionString))
        await using (var forge = db.CreateCommand(
            """
            set session_replication_role = replica;
            update audit.entries set subject = 'usr_somebody_else' where seq = 2;
            reset session_replication_role
            """))
            await forge.ExecuteNonQueryAsync();

        var (code, output, errors) = await Run(shop, "verify", "--json");
        Assert.Equal(ExitCode.Failure, code);
        Assert.Contains("row 2 was changed after it was sealed", errors, StringComparison.Ordinal);
        var verdict = JsonDocument.Parse(output).RootElement;
        Assert.Equal((false, 2), (verdict.GetProperty("isWhole").GetBoolean(), verdict.GetProperty("broken").GetInt32()));
        Assert.Equal(ExitCode.Usage, (await Run(shop, "verify", "--anchor", "nonsense")).ExitCode);
    }

    private static Task<(int ExitCode, string Output, string Errors)> Run(RunningShop shop, params string[] arguments) =>
        RunningShop.Run(["audit", .. arguments, "--data", shop.Folder!]);
}
