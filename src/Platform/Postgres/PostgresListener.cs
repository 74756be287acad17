using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Doorbuster.Platform.Postgres;

/// <summary>
/// The process's one connection that listens to NOTIFY. Opened by the first subscription, again after every loss.
/// A notification is a hint: PostgreSQL does not keep it for those who are away.
/// </summary>
public sealed class PostgresListener(
    IOptions<PostgresOptions> options, TimeProvider clock, ILogger<PostgresListener> log) : IAsyncDisposable
{
    private static readonly TimeSpan BackoffMin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan BackoffMax = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = new();
    private ImmutableArray<Subscription> _subscriptions = [];
    private CancellationTokenSource _changed = new();
    private Task? _listening;

    /// <param name="onNotify">Called with the payload; may take its time, and does not delay other subscribers.</param>
    /// <param name="onReconnected">
    /// Called when listening begins, the first time too, and when notifications may have been missed: look for
    /// yourself.
    /// </param>
    public IDisposable Subscribe(string channel, Action<string> onNotify, Action onReconnected)
    {
        var subscription = new Subscription(this, channel, onNotify, onReconnected);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
            _subscriptions = _subscriptions.Add(subscription);
            _listening ??= Task.Run(Listen);
        }
        Changed();
        return subscription;
    }

    public async ValueTask DisposeAsync()
    {
        Task? listening;
        lock (_lock)
        {
            if (_stopping.IsCancellationRequested)
                return;
            _stopping.Cancel();
            listening = _listening;
        }
        if (listening is not null)
            await listening;
        foreach (var subscription in _subscriptions)
            subscription.Dispose();
    }

    private void Changed()
    {
        CancellationTokenSource before;
        lock (_lock)
            (before, _changed) = (_changed, new CancellationTokenSource());
        before.Cancel();
    }

    private async Task Listen()
    {
        var stop = _stopping.Token;
        var backoff = BackoffMin;
        var isLost = false;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString());
                connection.Notification += (_, said) => Deliver(said.Channel, said.Payload);
                await connection.OpenAsync(stop);
                if (isLost)
                    log.ListenerBack();
                (isLost, backoff) = (false, BackoffMin);
                await Serve(connection, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)    // whatever it is, the loop goes on: a deaf process is worse
            {
                if (!isLost)
                    log.ListenerLost(error.Message);
                isLost = true;
                var jitter = 0.5 + Random.Shared.NextDouble();
                await Task.Delay(backoff * jitter, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                backoff = backoff * 2 < BackoffMax ? backoff * 2 : BackoffMax;
            }
        }
    }

    private async Task Serve(NpgsqlConnection connection, CancellationToken stop)
    {
        var channels = new HashSet<string>();
        var told = new HashSet<Subscription>();
        while (true)
        {
            ImmutableArray<Subscription> subscriptions;
            CancellationToken changed;
            lock (_lock)
                (subscriptions, changed) = (_subscriptions, _changed.Token);

            foreach (var channel in subscriptions.Select(subscription => subscription.Name))
            {
                if (!channels.Add(channel))
                    continue;
                await using var listen = new NpgsqlCommand($"listen \"{channel}\"", connection);
                await listen.ExecuteNonQueryAsync(stop);
            }
            foreach (var subscription in subscriptions)
            {
                if (told.Add(subscription))
                    subscription.Missed();
            }

            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, changed);
            try
            {
                while (true)
                    await connection.WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested && changed.IsCancellationRequested)
            {
                // The subscriptions changed.
            }
        }
    }

    private void Deliver(string channel, string payload)
    {
        foreach (var subscription in _subscriptions)
        {
            if (subscription.Name == channel)
                subscription.Notified(payload);
        }
    }

    private string ConnectionString() => new NpgsqlConnectionStringBuilder(options.Value.ConnectionString)
    {
        ApplicationName = "doorbuster.listener",
        Pooling = false,
        Timeout = 5,
        KeepAlive = 5,    // s: a connection that died quietly would leave us deaf for hours
    }.ConnectionString;

    // Its callbacks run one after the other, away from the connection.
    private sealed class Subscription : IDisposable
    {
        private const int PendingMax = 1_000;

        private readonly PostgresListener _listener;
        private readonly Action<string> _onNotify;
        private readonly Action _onReconnected;
        private readonly Channel<string?> _pending = Channel.CreateBounded<string?>(
            new BoundedChannelOptions(PendingMax) { SingleReader = true });
        private int _missed;

        public Subscription(PostgresListener listener, string channel, Action<string> onNotify, Action onReconnected)
        {
            (_listener, Name, _onNotify, _onReconnected) = (listener, channel, onNotify, onReconnected);
            _ = Task.Run(Run);
        }

        public string Name { get; }

        // What does not fit is not queued but counts as missed.
        public void Notified(string payload)
        {
            if (!_pending.Writer.TryWrite(payload))
                Volatile.Write(ref _missed, 1);
        }

        public void Missed()
        {
            Volatile.Write(ref _missed, 1);
            _pending.Writer.TryWrite(null);    // only to wake the reader; when it does not fit, the reader is awake
        }

        public void Dispose()
        {
            lock (_listener._lock)
            {
                _listener._subscriptions = _listener._subscriptions.Remove(this);
                _pending.Writer.TryComplete();
            }
        }

        private async Task Run()
        {
            await foreach (var payload in _pending.Reader.ReadAllAsync())
            {
                try
                {
                    if (Interlocked.Exchange(ref _missed, 0) == 1)
                        _onReconnected();
                    if (payload is not null)
                        _onNotify(payload);
                }
                catch (Exception error)
                {
                    _listener.SubscriberFailed(error, Name);
                }
            }
        }
    }

    private void SubscriberFailed(Exception error, string channel) => log.SubscriberFailed(error, channel);
}
