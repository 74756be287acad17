using StackExchange.Redis;

namespace Doorbuster.Platform.Redis;

/// <summary>One subscriber of one channel.</summary>
internal sealed class RedisSubscription(
    RedisInstance redis, string channel, Action<RedisValue> onMessage, Action onReconnected) : IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(1);

    private volatile bool _isDisposed;

    public void Start()
    {
        redis.Restored += onReconnected;
        _ = Task.Run(Begin);
    }

    public void Dispose()
    {
        _isDisposed = true;
        redis.Restored -= onReconnected;
        if (!redis.IsDisposed)
            redis.Connection.GetSubscriber().Unsubscribe(channel, Heard, CommandFlags.FireAndForget);
    }

    // Once the server has confirmed it, the library subscribes again by itself after each loss.
    private async Task Begin()
    {
        while (!_isDisposed && !redis.IsDisposed)
        {
            try
            {
                var subscriber = redis.Connection.GetSubscriber();
                await subscriber.SubscribeAsync(channel, Heard).WaitAsync(AnswerMax);
                if (subscriber.IsConnected(channel))
                {
                    onReconnected();
                    return;
                }
            }
            catch (Exception error) when (error is RedisException or TimeoutException or ObjectDisposedException)
            {
                // It is away: again, until it is not.
            }
            if (redis.IsDisposed)
                return;
            redis.Connection.GetSubscriber().Unsubscribe(channel, Heard, CommandFlags.FireAndForget);
            await Task.Delay(RetryDelay);
        }
    }

    private void Heard(RedisChannel from, RedisValue message)
    {
        if (!_isDisposed)
            onMessage(message);
    }
}
