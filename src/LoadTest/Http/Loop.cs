using System.Diagnostics;

namespace Doorbuster.LoadTest.Http;

/// <summary>One thread: timers and sockets, in turn. Everything that asks and answers runs on it.</summary>
internal sealed class Loop : IDisposable
{
    public const long Millisecond = 1_000_000;
    public const long Second = 1_000_000_000;

    // Sleeping less than this costs more processor time than it wins in punctuality; the lateness counts into latency anyway.
    private const long SleepMin = Millisecond / 5;
    private const long SleepMax = 20 * Millisecond;
    private const int TimersPerTurnMax = 64;

    private readonly Epoll _epoll = new();
    private readonly PriorityQueue<(IWake Who, int Step), long> _timers = new();
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private readonly List<Connection> _connections = [];
    private bool _runs = true;

    /// <summary>Nanoseconds since the loop was made.</summary>
    public long Now => (long)((Stopwatch.GetTimestamp() - _startedAt) * (1e9 / Stopwatch.Frequency));

    public void WakeAt(long at, IWake who, int step) => _timers.Enqueue((who, step), at);

    public void Stop() => _runs = false;

    /// <summary>The connection will be told when its socket is ready; the number to watch the socket under.</summary>
    internal int Register(Connection connection)
    {
        _connections.Add(connection);
        return _connections.Count - 1;
    }

    internal void Watch(System.Net.Sockets.Socket socket, int connection, int generation) =>
        _epoll.Add(socket, (long)generation << 32 | (uint)connection);

    /// <summary>Runs until <see cref="Stop"/>, or until cancelled.</summary>
    public void Run(CancellationToken cancel)
    {
        _runs = true;
        while (_runs && !cancel.IsCancellationRequested)
        {
            var sleep = FireTimers();
            var ready = _epoll.Wait(sleep);
            for (var i = 0; i < ready; i++)
            {
                var tag = _epoll.TagOf(i);
                _connections[(int)(uint)tag].Ready((int)(tag >> 32));
            }
        }
    }

    // Not all that are due at once: a burst of late arrivals must not keep the answers waiting that are already here.
    private long FireTimers()
    {
        for (var fired = 0; fired < TimersPerTurnMax; fired++)
        {
            if (!_timers.TryPeek(out _, out var due))
                return SleepMax;
            var left = due - Now;
            if (left > 0)
                return Math.Clamp(left, SleepMin, SleepMax);
            var (who, step) = _timers.Dequeue();
            who.Wake(step, due);
        }
        return 0;
    }

    public void Dispose() => _epoll.Dispose();
}
