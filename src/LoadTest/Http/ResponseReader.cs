using System.Buffers.Text;
using System.Text;

namespace Doorbuster.LoadTest.Http;

/// <summary>
/// Finds the end of an HTTP/1.1 response in a growing buffer and reads the few headers we look at. Keeps what it learned
/// between calls, so that a response in many packets is read once.
/// </summary>
internal struct ResponseReader
{
    private const int UntilClose = -1;

    private int _headEnd;          // 0 until the head is whole
    private long _length;
    private bool _chunked;
    private int _chunkAt;          // where the next chunk's size line begins
    private int _bodyEnd;          // end of the chunks already moved together

    public enum State { More, Whole, Garbled }

    public int Status { get; private set; }
    public int RetryAfter { get; private set; }
    public bool Replayed { get; private set; }

    /// <summary>The server will close the connection after this response.</summary>
    public bool Closes { get; private set; }

    /// <summary>Where the response ends in the buffer, when it is whole.</summary>
    public int End { get; private set; }

    public readonly Response Response(ReadOnlySpan<byte> buffer) => new()
    {
        Status = Status,
        Body = buffer[_headEnd.._bodyEnd],
        RetryAfter = RetryAfter,
        Replayed = Replayed,
    };

    /// <param name="buffer">Everything received since the last whole response; chunks are moved together in it.</param>
    /// <param name="ended">The server has closed: no more will come.</param>
    public State Read(Span<byte> buffer, bool ended)
    {
        while (_headEnd == 0)
        {
            var end = buffer.IndexOf("\r\n\r\n"u8);
            if (end < 0)
                return ended ? State.Garbled : State.More;
            if (!ReadHead(buffer[..(end + 2)]))
                return State.Garbled;
            if (Status >= 200)
                _headEnd = _chunkAt = _bodyEnd = end + 4;
            else
            {
                // 100 Continue and its like come before the response; cut it out.
                buffer[(end + 4)..].CopyTo(buffer);
                Skipped += end + 4;
                buffer = buffer[..^(end + 4)];
            }
        }

        if (_chunked)
            return ReadChunks(buffer, ended);
        if (_length == UntilClose)
        {
            if (!ended)
                return State.More;
            _bodyEnd = End = buffer.Length;
            return State.Whole;
        }
        if (buffer.Length - _headEnd < _length)
            return ended ? State.Garbled : State.More;
        _bodyEnd = End = _headEnd + (int)_length;
        return State.Whole;
    }

    /// <summary>Bytes of interim responses that were cut out of the buffer; the caller takes them off its count.</summary>
    public int Skipped { get; set; }

    private bool ReadHead(ReadOnlySpan<byte> head)
    {
        (_length, _chunked, RetryAfter, Replayed) = (UntilClose, false, -1, false);
        if (head.Length < 12 || !head.StartsWith("HTTP/1."u8)
            || !Utf8Parser.TryParse(head[9..12], out int status, out var digits) || digits < 3 || status < 100)
            return false;
        Status = status;
        Closes = head[7] == (byte)'0';
        if (status is 204 or 304 or < 200)
            _length = 0;

        var rest = head[(head.IndexOf((byte)'\n') + 1)..];
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = rest[..(end - 1)];
            rest = rest[(end + 1)..];
            var colon = line.IndexOf((byte)':');
            if (colon <= 0)
                return false;
            if (!ReadHeader(line[..colon], line[(colon + 1)..].Trim((byte)' ')))
                return false;
        }
        return true;
    }

    private bool ReadHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        // The length decides first: most headers are told apart without comparing a letter.
        switch (name.Length)
        {
            case 10 when Ascii.EqualsIgnoreCase(name, "connection"u8):
                Closes = Ascii.EqualsIgnoreCase(value, "close"u8);
                break;
            case 11 when Ascii.EqualsIgnoreCase(name, "retry-after"u8):
                RetryAfter = Utf8Parser.TryParse(value, out int seconds, out var read) && read == value.Length ? seconds : -1;
                break;
            case 14 when Ascii.EqualsIgnoreCase(name, "content-length"u8) && _length != 0:
                if (!Utf8Parser.TryParse(value, out _length, out var used) || used != value.Length || _length < 0)
                    return false;
                break;
            case 17 when Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8):
                _chunked = Ascii.EqualsIgnoreCase(value, "chunked"u8);
                break;
            case 19 when Ascii.EqualsIgnoreCase(name, "idempotent-replayed"u8):
                Replayed = Ascii.EqualsIgnoreCase(value, "true"u8);
                break;
            default:
                break;
        }
        return true;
    }

    private State ReadChunks(Span<byte> buffer, bool ended)
    {
        while (true)
        {
            var line = buffer[_chunkAt..].IndexOf("\r\n"u8);
            if (line < 0)
                return ended ? State.Garbled : State.More;
            if (!Utf8Parser.TryParse(buffer.Slice(_chunkAt, line), out int size, out var used, 'x') || used == 0 || size < 0)
                return State.Garbled;
            var data = _chunkAt + line + 2;
            if (size == 0)
            {
                // Trailers are read past: the response ends with an empty line.
                var trailers = buffer[(data - 2)..].IndexOf("\r\n\r\n"u8);
                if (trailers < 0)
                    return ended ? State.Garbled : State.More;
                End = data + trailers + 2;
                return State.Whole;
            }
            if (buffer.Length < data + size + 2)
                return ended ? State.Garbled : State.More;
            buffer.Slice(data, size).CopyTo(buffer[_bodyEnd..]);
            _bodyEnd += size;
            _chunkAt = data + size + 2;
        }
    }
}
