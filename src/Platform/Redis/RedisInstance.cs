using System.Reflection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Doorbuster.Platform.Redis;

/// <summary>The durable Redis: gate, sessions, streams. <c>appendfsync always</c>, never evicts.</summary>
public sealed class GateRedis(IOptions<RedisOptions> options, ILogger<GateRedis> log)
    : RedisInstance("redis-gate", options.Value.Gate, options.Value.TimeoutMs, log);

/// <summary>The forgetful Redis: caches, counters, pub/sub.</summary>
public sealed class CacheRedis(IOptions<RedisOptions> options, ILogger<CacheRedis> log)
    : RedisInstance("redis-cache", options.Value.Cache, options.Value.TimeoutMs, log);

/// <summary>
/// One Redis server; connects on first use and again by itself. Every call is bounded in time. After one that was not
/// answered, calls fail at once until the server answers again, so that nobody queues up behind a store that is away.
/// </summary>
public abstract class RedisInstance : IDisposable
{
    private static readonly TimeSpan HeartbeatEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ProbeEvery = TimeSpan.FromMilliseconds(50);

    private readonly Lazy<Opened> _opened;
    private readonly TimeSpan _timeout;
    private readonly ILogger _log;
    private volatile bool _isAway;
    private volatile bool _isDisposed;
    private int _isProbing;
    private int _wasReconnected;

    private protected RedisInstance(string name, string configuration, int timeoutMs, ILogger log)
    {
        Name = name;
        _timeout = TimeSpan.FromMilliseconds(timeoutMs);
        _log = log;
        _opened = new(() => Open(configuration, timeoutMs));
    }

    public string Name { get; }

    /// <summary>
    /// True while calls would fail at once: asking is free, an exception is not. Known after a failed call, not before.
    /// </summary>
    public bool IsAway => _isAway;

    /// <summary>
    /// The connection came back after a loss, and answers; the server may be another or may have forgotten.
    /// </summary>
    public event Action? Restored;

    public ConnectionMultiplexer Connection => _opened.Value.Connection;

    /// <summary>Any call on the database, bounded in time.</summary>
    /// <exception cref="StoreAwayException">Redis is away; whether the call had its effect is unknown.</exception>
    public Task<T> Call<T>(Func<IDatabase, Task<T>> call) => Bounded(call, static (db, call) => call(db));

    /// <summary>Runs a script in one atomic step.</summary>
    /// <exception cref="StoreAwayException">Redis is away; whether the script ran is unknown.</exception>
    public async Task<RedisResult> Evaluate(RedisScript script, RedisKey[] keys, RedisValue[] values)
    {
        try
        {
            return await Bounded((script, keys, values), static (db, run) =>
                db.ScriptEvaluateAsync(run.script.Hash, run.keys, run.values));
        }
        catch (RedisServerException error) when (error.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            // The server is new or was told to forget; it did not run anything. Sent with its text it is known again.
            // Not by the library's own cache of what the server knows: that is what may be wrong now.
            return await Bounded((script, keys, values), static (db, run) =>
                db.ScriptEvaluateAsync(run.script.Text, run.keys, run.values, CommandFlags.NoScriptCache));
        }
    }

    /// <summary>The round trip to the server, for health checks.</summary>
    /// <exception cref="StoreAwayException">Redis is away.</exception>
    public Task<TimeSpan> Ping() => Call(static db => db.PingAsync());

    /// <summary>
    /// Hears a channel until disposed, through losses of the connection. Messages said meanwhile are lost: look for
    /// yourself when told. The callbacks come from the pool, several at a time.
    /// </summary>
    /// <param name="onReconnected">Called when hearing begins, the first time too, and after every loss.</param>
    public IDisposable Subscribe(string channel, Action<RedisValue> onMessage, Action onReconnected)
    {
        var subscription = new RedisSubscription(this, channel, onMessage, onReconnected);
        subscription.Start();
        return subscription;
    }

    /// <summary>Says it to whoever hears now; returns to how many.</summary>
    /// <exception cref="StoreAwayException">Redis is away.</exception>
    public Task<long> Publish(string channel, RedisValue message) =>
        Bounded((channel, message), static (db, said) => db.PublishAsync(said.channel, said.message));

    public void Dispose()
    {
        _isDisposed = true;
        if (_opened.IsValueCreated)
            _opened.Value.Connection.Dispose();
        GC.SuppressFinalize(this);
    }

    internal bool IsDisposed => _isDisposed;

    private async Task<T> Bounded<TState, T>(TState state, Func<IDatabase, TState, Task<T>> call)
    {
        if (_isAway)
            throw new StoreAwayException(Name);
        try
        {
            var answer = call(_opened.Value.Database, state);
            return await (answer.IsCompleted ? answer : answer.WaitAsync(_timeout));
        }
        catch (Exception error) when (error is RedisConnectionException or TimeoutException)
        {
            Lost(error.Message);
            throw new StoreAwayException(Name, error);
        }
        catch (RedisServerException error) when (RedisErrors.IsAway(error.Message))
        {
            if (RedisErrors.IsStarting(error.Message))
                Lost(error.Message);
            throw new StoreAwayException(Name, error);
        }
    }

    private Opened Open(string configuration, int timeoutMs)
    {
        var options = ConfigurationOptions.Parse(configuration);
        options.AbortOnConnectFail = false;
        options.ReconnectRetryPolicy = new LinearRetry(100);
        options.ConnectTimeout = 1_000;
        options.SyncTimeout = timeoutMs;
        options.KeepAlive = 5;    // s: or a connection that died quietly is noticed after minutes
        options.AllowAdmin = true;
        var connection = ConnectionMultiplexer.Connect(options);
        BeatFaster(connection);
        connection.PreserveAsyncOrder = false;
        connection.IncludeDetailInExceptions = false;    // collecting it costs more than the call that failed
        connection.ConnectionFailed += (_, failure) =>
        {
            if (failure.ConnectionType == ConnectionType.Interactive)
                Lost($"{failure.FailureType}");
        };
        connection.ConnectionRestored += (_, _) =>
        {
            Volatile.Write(ref _wasReconnected, 1);
            Probe();
        };
        return new(connection, connection.GetDatabase());
    }

    // The library mends connections at its heartbeat, once a second, and this version has no setting for that: half of
    // every outage's length would be ours. A version without the field keeps its own pace.
    private static void BeatFaster(ConnectionMultiplexer connection)
    {
        var field = typeof(ConnectionMultiplexer).GetField("pulse", BindingFlags.Instance | BindingFlags.NonPublic);
        if (field?.GetValue(connection) is Timer pulse)
            pulse.Change(HeartbeatEvery, HeartbeatEvery);
    }

    private void Lost(string reason)
    {
        if (_isDisposed)
            return;
        if (!_isAway)
        {
            _isAway = true;
            _log.RedisLost(Name, reason);
        }
        Probe();
    }

    private void Probe()
    {
        if (Interlocked.Exchange(ref _isProbing, 1) == 0)
            _ = Task.Run(ProbeUntilAnswered);
    }

    private async Task ProbeUntilAnswered()
    {
        while (!_isDisposed && !await Answers())
            await Task.Delay(ProbeEvery);
        Volatile.Write(ref _isProbing, 0);
        if (_isDisposed)
            return;

        if (_isAway)
        {
            _isAway = false;
            _log.RedisBack(Name);
        }
        if (Interlocked.Exchange(ref _wasReconnected, 0) == 1)
            Restored?.Invoke();
    }

    private async Task<bool> Answers()
    {
        try
        {
            await _opened.Value.Database.PingAsync().WaitAsync(_timeout);
            return true;
        }
        catch (Exception error) when (error is RedisException or TimeoutException or ObjectDisposedException)
        {
            return false;
        }
    }

    private sealed record Opened(ConnectionMultiplexer Connection, IDatabase Database);
}
