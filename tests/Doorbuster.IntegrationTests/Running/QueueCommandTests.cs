using Doorbuster.Platform.Commands;
using Npgsql;

namespace Doorbuster.IntegrationTests.Running;

public sealed class QueueCommandTests
{
    [Fact]
    public async Task A_dead_letter_is_listed_and_sent_again_from_the_command_line()
    {
        await using var shop = await RunningShop.Up();
        await using (var db = NpgsqlDataSource.Create(shop.Status.Postgres.ConnectionString))
        await using (var die = db.CreateCommand(
            """
            insert into messaging.dead_letters (id, consumer, type, body, error, attempts, made_at)
            values (42, 'orders.forget_pages', 'OrdersChanged', '{"people":[1]}', 'broken', 8, now())
            """))
            await die.ExecuteNonQueryAsync();

        Assert.Equal(1, (await shop.Ask("queue", "stats")).GetProperty("dead").GetInt64());
        var letter = Assert.Single((await shop.Ask("queue", "dead", "list")).GetProperty("data").EnumerateArray());
        Assert.Equal(42, letter.GetProperty("id").GetInt64());
        Assert.Equal(1, (await shop.Ask("queue", "dead", "retry", "42")).GetProperty("count").GetInt32());

        await Eventually.IsTrue(async () => (await shop.Ask("queue", "stats")).GetProperty("waiting").GetInt64() == 0,
            "the letter is handled");
        Assert.Equal(0, (await shop.Ask("queue", "stats")).GetProperty("dead").GetInt64());

        var (code, _, errors) = await RunningShop.Run("queue", "dead", "retry", "43", "--data", shop.Folder!);
        Assert.Equal(ExitCode.NotFound, code);
        Assert.Contains("no dead letter 43", errors, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, (await RunningShop.Run("queue", "dead", "retry", "--data", shop.Folder!)).ExitCode);
    }
}
