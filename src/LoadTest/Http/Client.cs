using System.Net;

namespace Doorbuster.LoadTest.Http;

/// <summary>
/// A bounded pool of connections to one server. What finds no free connection waits here, in order: the wait is part of the
/// latency, as it is for people.
/// </summary>
internal sealed class Client : IWake, IDisposable
{
    private const int WaitingMax = 1_000_000;
    private const int OpenAtStart = 256;
    private const long TimeoutCheckEvery = 20 * Loop.Millisecond;

    private readonly Loop _loop;
    private readonly long _timeout;
    private readonly Connection[] _connections;
    private readonly Stack<Connection> _free = new();
    private readonly Queue<Waiting> _waiting = new();
    private bool _dispatching;
    private readonly byte[] _request = new byte[128 << 10];    // Twice what the server takes.

    public Client(Loop loop, EndPoint server, int connections, TimeSpan timeout)
    {
        _loop = loop;
        _timeout = (long)timeout.TotalNanoseconds;
        _connections = [.. Enumerable.Range(0, connections).Select(_ => new Connection(this, loop, server))];
        foreach (var connection in _connections.Reverse())
            _free.Push(connection);
        loop.WakeAt(loop.Now + TimeoutCheckEvery, this, 0);
    }

    /// <summary>Requests written to a connection.</summary>
    public long Sent { get; private set; }

    public long Connects { get; internal set; }

    /// <summary>Requests refused because too many wait already: the generator's own limit.</summary>
    public long Dropped { get; private set; }

    public int InFlight => _connections.Length - _free.Count;

    public int WaitingCount => _waiting.Count;

    /// <summary>Opens the connections that are used first, so that the first requests do not measure handshakes.</summary>
    public void Open()
    {
        foreach (var connection in _connections.Take(OpenAtStart))
            connection.Open();
    }

    /// <param name="step">What the asker is doing; comes back with the answer.</param>
    /// <param name="intendedAt">When this should have been sent.</param>
    /// <param name="hangUpAfter">Nanoseconds after which we close without waiting for the answer; negative: never.</param>
    public void Send(IAsk asker, int step, long intendedAt, long hangUpAfter = -1)
    {
        if (_waiting.Count >= WaitingMax)
        {
            Dropped++;
            asker.Failed(step, intendedAt, Failure.NotSent);
            return;
        }
        _waiting.Enqueue(new Waiting(asker, step, intendedAt, hangUpAfter));
        Dispatch();
    }

    internal ReadOnlySpan<byte> Format(IAsk asker, int step)
    {
        Sent++;
        return _request.AsSpan(0, asker.Write(step, _request));
    }

    internal void Freed(Connection connection) => _free.Push(connection);

    // Not entered twice: who asks again while being told of a failure only joins the queue, or a server that refuses
    // connections would be met by a recursion as deep as the queue.
    internal void Dispatch()
    {
        if (_dispatching)
            return;
        _dispatching = true;
        while (_waiting.Count > 0 && _free.TryPop(out var connection))
        {
            var next = _waiting.Dequeue();
            connection.Ask(next.Asker, next.Step, next.IntendedAt, next.HangUpAfter, _loop.Now + _timeout);
        }
        _dispatching = false;
    }

    /// <summary>Ends requests that have waited too long for their answer.</summary>
    public void Wake(int step, long dueAt)
    {
        foreach (var connection in _connections)
            if (connection.IsBusy && connection.Deadline <= dueAt)
                connection.Fail(Failure.Timeout);
        _loop.WakeAt(Math.Max(dueAt, _loop.Now) + TimeoutCheckEvery, this, 0);
    }

    public void Dispose()
    {
        foreach (var connection in _connections)
            connection.Dispose();
    }

    private readonly record struct Waiting(IAsk Asker, int Step, long IntendedAt, long HangUpAfter);
}
