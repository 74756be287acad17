using System.Threading.Channels;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Doorbuster.IntegrationTests.Platform;

public sealed class PostgresListenerTests(SharedStores stores)
{
    private const string Connected = "(connected)";

    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token;

    [Fact]
    public async Task Subscribers_hear_their_channel_also_when_they_join_later()
    {
        await using var database = await TestDatabase.Migrated(stores);
        await using var listener = Listener(database);
        var (early, late) = (Subscribe(listener, "one"), Subscribe(listener, "two"));
        Assert.Equal(Connected, await early.ReadAsync(Soon));
        var later = Subscribe(listener, "three");
        Assert.Equal(Connected, await late.ReadAsync(Soon));
        Assert.Equal(Connected, await later.ReadAsync(Soon));

        await database.Run("select pg_notify('three', 'c'), pg_notify('one', 'a'), pg_notify('two', 'b')");

        Assert.Equal("a", await early.ReadAsync(Soon));
        Assert.Equal("b", await late.ReadAsync(Soon));
        Assert.Equal("c", await later.ReadAsync(Soon));
    }

    [Fact]
    public async Task After_a_lost_connection_subscribers_are_told_to_look_and_hear_again()
    {
        await using var database = await TestDatabase.Migrated(stores);
        await using var listener = Listener(database);
        var heard = Subscribe(listener, "one");
        Assert.Equal(Connected, await heard.ReadAsync(Soon));

        await database.Run(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'doorbuster.listener' "
            + "and datname = current_database()");

        Assert.Equal(Connected, await heard.ReadAsync(Soon));
        await database.Run("notify one, 'again'");
        Assert.Equal("again", await heard.ReadAsync(Soon));
    }

    [Fact]
    public async Task A_subscriber_that_is_stuck_or_throws_delays_nobody()
    {
        await using var database = await TestDatabase.Migrated(stores);
        await using var listener = Listener(database);
        using var stuck = new ManualResetEventSlim();
        using var first = listener.Subscribe("one", _ => stuck.Wait(), () => { });
        using var second = listener.Subscribe("one", _ => throw new InvalidOperationException("on purpose"), () => { });
        var heard = Subscribe(listener, "one");
        Assert.Equal(Connected, await heard.ReadAsync(Soon));

        await database.Run("notify one, 'a'");
        await database.Run("notify one, 'b'");

        Assert.Equal("a", await heard.ReadAsync(Soon));
        Assert.Equal("b", await heard.ReadAsync(Soon));
        stuck.Set();
    }

    private static ChannelReader<string> Subscribe(PostgresListener listener, string channel)
    {
        var heard = Channel.CreateUnbounded<string>();
        listener.Subscribe(channel, payload => heard.Writer.TryWrite(payload), () => heard.Writer.TryWrite(Connected));
        return heard.Reader;
    }

    private static PostgresListener Listener(TestDatabase database) => new(
        Options.Create(new PostgresOptions { ConnectionString = database.ConnectionString }), TimeProvider.System,
        NullLogger<PostgresListener>.Instance);
}
