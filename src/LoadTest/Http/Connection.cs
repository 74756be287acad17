using System.Net;
using System.Net.Sockets;

namespace Doorbuster.LoadTest.Http;

/// <summary>One keep-alive connection with at most one request under way. Opened when it is first needed, again after a loss.</summary>
internal sealed class Connection : IWake, IDisposable
{
    private const int ResponseMax = 8 << 20;

    private readonly Client _client;
    private readonly Loop _loop;
    private readonly EndPoint _server;
    private readonly int _number;
    private byte[] _received = new byte[4096];
    private int _count;
    private ResponseReader _reader;
    private Socket? _socket;
    private byte[] _unsent = [];
    private int _generation;
    private bool _connecting;
    private int _exchange;
    private bool _hangsUp;

    private IAsk? _asker;
    private int _step;
    private long _intendedAt;

    public Connection(Client client, Loop loop, EndPoint server)
    {
        (_client, _loop, _server) = (client, loop, server);
        _number = loop.Register(this);
    }

    public bool IsBusy => _asker is not null;

    /// <summary>When the request under way counts as unanswered.</summary>
    public long Deadline { get; private set; }

    public void Ask(IAsk asker, int step, long intendedAt, long hangUpAfter, long deadline)
    {
        (_asker, _step, _intendedAt, Deadline) = (asker, step, intendedAt, deadline);
        _hangsUp = hangUpAfter >= 0;
        _exchange++;
        if (_hangsUp)
            _loop.WakeAt(_loop.Now + hangUpAfter, this, _exchange);
        if (_socket is null)
            Connect();
        else if (!_connecting)
            Write();
    }

    /// <summary>Opens the connection ahead of the first request.</summary>
    public void Open()
    {
        if (_socket is null)
            Connect();
    }

    /// <summary>Time to hang up, if the request it was set for is still under way.</summary>
    public void Wake(int step, long dueAt)
    {
        if (IsBusy && step == _exchange)
            Fail(Failure.HungUp);
    }

    public void Ready(int generation)
    {
        if (generation != _generation || _socket is null)
            return;    // An event of the socket before this one.
        if (_connecting && !FinishConnect())
            return;
        if (_unsent.Length > 0)
            Transmit(_unsent);
        Receive();
    }

    public void Fail(Failure why)
    {
        Close();
        if (_asker is not { } asker)
            return;
        _asker = null;
        var (step, intendedAt) = (_step, _intendedAt);
        _client.Freed(this);
        asker.Failed(step, intendedAt, why);
        _client.Dispatch();
    }

    public void Close()
    {
        _socket?.Dispose();
        _socket = null;
        _connecting = false;
        _generation++;
        _count = 0;
        _reader = default;
        _unsent = [];
    }

    private void Connect()
    {
        _client.Connects++;
        _connecting = true;
        _socket = new Socket(_server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false, NoDelay = true };
        try
        {
            _socket.Connect(_server);
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            // The usual course: the event loop tells when it is done.
        }
        catch (SocketException)
        {
            Fail(Failure.NotSent);
            return;
        }
        _loop.Watch(_socket, _number, _generation);
    }

    private bool FinishConnect()
    {
        if ((int)_socket!.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)! != 0)
        {
            if (IsBusy)
                Fail(Failure.NotSent);
            else
                Close();
            return false;
        }
        // Ready for reading and writing before the handshake is a state the kernel reports too.
        if (!_socket.Poll(0, SelectMode.SelectWrite))
            return false;
        _connecting = false;
        if (IsBusy)
            Write();
        return _socket is not null;
    }

    private void Write() => Transmit(_client.Format(_asker!, _step));

    private void Transmit(ReadOnlySpan<byte> request)
    {
        var sent = _socket!.Send(request, SocketFlags.None, out var error);
        if (error is not (SocketError.Success or SocketError.WouldBlock))
            Fail(Failure.Closed);
        else if (sent < request.Length)
            _unsent = request[Math.Max(sent, 0)..].ToArray();
        else if (_unsent.Length > 0)
            _unsent = [];
    }

    // Reads until the socket is empty: with edge-triggered events what is left unread is never reported again.
    private void Receive()
    {
        while (_socket is not null)
        {
            if (_count == _received.Length)
                Array.Resize(ref _received, _count * 2);
            var space = _received.AsSpan(_count);
            var count = _socket.Receive(space, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
                return;
            var ended = error != SocketError.Success || count == 0;
            _count += Math.Max(count, 0);
            if (!Digest(ended) || ended || count < space.Length)
                return;
        }
    }

    /// <returns>False when the connection was closed.</returns>
    private bool Digest(bool ended)
    {
        if (!IsBusy)
        {
            // Nothing was asked: the server closes an idle connection, or talks out of turn.
            if (ended || _count > 0)
                Close();
            return _socket is not null;
        }

        var state = _reader.Read(_received.AsSpan(0, _count), ended);
        _count -= _reader.Skipped;
        _reader.Skipped = 0;
        if (state == ResponseReader.State.More && _count < ResponseMax)
            return true;
        if (state != ResponseReader.State.Whole || _hangsUp)
        {
            Fail(_hangsUp ? Failure.HungUp : ended ? Failure.Closed : Failure.Garbled);
            return false;
        }
        Deliver(ended);
        return _socket is not null;
    }

    private void Deliver(bool ended)
    {
        var (asker, reader, count) = (_asker!, _reader, _count);
        (_asker, _reader, _count) = (null, default, 0);
        if (ended || reader.Closes || reader.End != count)
            Close();

        // Free before it is told: who asks again at once gets this connection, warm; its buffer is not read before the return.
        var (step, intendedAt) = (_step, _intendedAt);
        _client.Freed(this);
        asker.Answered(step, intendedAt, reader.Response(_received.AsSpan(0, count)));
        _client.Dispatch();
    }

    public void Dispose() => Close();
}
