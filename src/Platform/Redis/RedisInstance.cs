using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Doorbuster.Platform.Redis;

/// <summary>The durable Redis: gate, sessions, streams. <c>appendfsync always</c>, never evicts.</summary>
public sealed class GateRedis(IOptions<RedisOptions> options)
    : RedisInstance("redis-gate", options.Value.Gate, options.Value.TimeoutMs);

/// <summary>The forgetful Redis: caches, counters, pub/sub.</summary>
public sealed class CacheRedis(IOptions<RedisOptions> options)
    : RedisInstance("redis-cache", options.Value.Cache, options.Value.TimeoutMs);

/// <summary>One Redis server; connects on first use and again by itself. Every call is bounded in time.</summary>
public abstract class RedisInstance : IDisposable
{
    private readonly Lazy<ConnectionMultiplexer> _connection;
    private readonly TimeSpan _timeout;

    private protected RedisInstance(string name, string configuration, int timeoutMs)
    {
        Name = name;
        _timeout = TimeSpan.FromMilliseconds(timeoutMs);
        _connection = new(() =>
        {
            var options = ConfigurationOptions.Parse(configuration);
            options.AbortOnConnectFail = false;
            options.ReconnectRetryPolicy = new LinearRetry(100);
            options.ConnectTimeout = 1_000;
            options.SyncTimeout = timeoutMs;
            options.AllowAdmin = true;
            var connection = ConnectionMultiplexer.Connect(options);
            connection.PreserveAsyncOrder = false;
            connection.ConnectionRestored += (_, _) => Restored?.Invoke();
            return connection;
        });
    }

    public string Name { get; }

    /// <summary>The connection came back after a loss; the server may be another or may have forgotten.</summary>
    public event Action? Restored;

    public ConnectionMultiplexer Connection => _connection.Value;

    /// <summary>Any call on the database, bounded in time.</summary>
    /// <exception cref="StoreAwayException">Redis is away; whether the call had its effect is unknown.</exception>
    public async Task<T> Call<T>(Func<IDatabase, Task<T>> call)
    {
        try
        {
            return await call(Connection.GetDatabase()).WaitAsync(_timeout);
        }
        catch (Exception error) when (error is RedisConnectionException or TimeoutException
            || error is RedisServerException && IsAway(error.Message))
        {
            throw new StoreAwayException(Name, error);
        }
    }

    /// <summary>Runs a script in one atomic step.</summary>
    /// <exception cref="StoreAwayException">Redis is away; whether the script ran is unknown.</exception>
    public async Task<RedisResult> Evaluate(RedisScript script, RedisKey[] keys, RedisValue[] values)
    {
        try
        {
            return await Call(db => db.ScriptEvaluateAsync(script.Hash, keys, values));
        }
        catch (RedisServerException error) when (error.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            return await Call(db => db.ScriptEvaluateAsync(script.Text, keys, values));
        }
    }

    public void Dispose()
    {
        if (_connection.IsValueCreated)
            _connection.Value.Dispose();
        GC.SuppressFinalize(this);
    }

    private static bool IsAway(string message) =>
        message.StartsWith("LOADING", StringComparison.Ordinal) || message.StartsWith("MISCONF", StringComparison.Ordinal)
        || message.StartsWith("READONLY", StringComparison.Ordinal) || message.StartsWith("MASTERDOWN", StringComparison.Ordinal)
        || message.StartsWith("NOREPLICAS", StringComparison.Ordinal) || message.StartsWith("OOM", StringComparison.Ordinal);
}
