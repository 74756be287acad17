using System.Threading.Channels;
using Doorbuster.Platform;
using Doorbuster.Platform.Redis;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Doorbuster.IntegrationTests.Platform;

/// <summary>On servers of its own, as it breaks them.</summary>
public sealed class RedisTests : IAsyncLifetime
{
    private static readonly RedisScript Count = new("return redis.call('incrby', KEYS[1], #ARGV)");

    private Stores _stores = null!;
    private GateRedis _redis = null!;

    public async ValueTask InitializeAsync()
    {
        _stores = await Stores.Start();
        _redis = new GateRedis(
            Options.Create(new RedisOptions { Gate = _stores.Embedded.Gate.ConnectionString, TimeoutMs = 500 }),
            NullLogger<GateRedis>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        _redis.Dispose();
        _stores.Embedded.Gate.Thaw();
        await _stores.DisposeAsync();
    }

    [Fact]
    public async Task A_script_runs_again_after_the_server_forgot_it()
    {
        Assert.Equal(1, (long)await Evaluate("a"));
        for (var again = 0; again < 3; again++)
        {
            await _redis.Call(db => db.ExecuteAsync("SCRIPT", "FLUSH"));
            Assert.Equal(2 + again, (long)await Evaluate("a"));
        }
    }

    [Fact]
    public async Task A_killed_server_is_away_at_once_and_back_soon_with_what_it_confirmed()
    {
        Assert.Equal(3, (long)await Evaluate("a", "b", "c"));
        var restored = new TaskCompletionSource();
        _redis.Restored += () => restored.TrySetResult();

        _stores.Embedded.Gate.Kill();
        await Assert.ThrowsAsync<StoreAwayException>(async () =>
        {
            while (true)
                await Evaluate();
        });

        await restored.Task.WaitAsync(TimeSpan.FromSeconds(20));    // its supervisor starts it again
        Assert.Equal(4, (long)await Evaluate("d"));
    }

    [Fact]
    public async Task A_frozen_server_costs_one_wait_and_then_none()
    {
        await Evaluate("a");
        _stores.Embedded.Gate.Freeze();
        await Assert.ThrowsAsync<StoreAwayException>(() => Evaluate("b"));
        var clock = TimeProvider.System;
        var started = clock.GetTimestamp();
        for (var n = 0; n < 100; n++)
            await Assert.ThrowsAsync<StoreAwayException>(() => Evaluate("c"));

        Assert.InRange(clock.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromMilliseconds(400));
        Assert.True(_redis.IsAway);
    }

    [Fact]
    public async Task A_subscriber_hears_again_after_the_server_came_back()
    {
        var heard = Channel.CreateUnbounded<string>();
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var subscription = _redis.Subscribe(
            "news", message => heard.Writer.TryWrite(message!), () => heard.Writer.TryWrite("(connected)"));
        Assert.Equal("(connected)", await heard.Reader.ReadAsync(soon.Token));
        await _redis.Publish("news", "first");
        string said;
        do
            said = await heard.Reader.ReadAsync(soon.Token);
        while (said == "(connected)");    // once more than needed may be told: whoever hears it only asks again
        Assert.Equal("first", said);

        _stores.Embedded.Gate.Kill();
        Assert.Equal("(connected)", await heard.Reader.ReadAsync(soon.Token));

        while (!heard.Reader.TryPeek(out _))
        {
            await _redis.Publish("news", "second");    // until the second connection is there too
            await Task.Delay(10, soon.Token);
        }
    }

    private Task<RedisResult> Evaluate(params string[] values) =>
        _redis.Evaluate(Count, ["counted"], Array.ConvertAll(values, value => (RedisValue)value));
}
