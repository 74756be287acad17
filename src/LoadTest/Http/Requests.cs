using System.Text;
using System.Text.Unicode;

namespace Doorbuster.LoadTest.Http;

/// <summary>Writes requests into a buffer: all that is the same for everybody is made into bytes once.</summary>
internal sealed class Requests(ShopAddress server)
{
    private readonly byte[] _host = Encoding.ASCII.GetBytes($" HTTP/1.1\r\nHost: {server.Url.Authority}\r\n");

    /// <summary>Everything of a request up to where the person's own headers begin.</summary>
    public byte[] Head(string method, string path, int? bodyLength = null) =>
    [
        .. Encoding.ASCII.GetBytes($"{method} {server.BasePath}{path}"), .. _host,
        .. bodyLength is { } length
            ? Encoding.ASCII.GetBytes($"Content-Type: application/json\r\nContent-Length: {length}\r\n")
            : [],
    ];

    /// <summary>The same for a path with an id in it, where the bytes are made as they go.</summary>
    public int Head(Span<byte> to, string method, string path, int? bodyLength = null)
    {
        Utf8.TryWrite(to, $"{method} {server.BasePath}{path}", out var count);
        _host.CopyTo(to[count..]);
        count += _host.Length;
        if (bodyLength is { } length)
        {
            Utf8.TryWrite(to[count..], $"Content-Type: application/json\r\nContent-Length: {length}\r\n", out var more);
            count += more;
        }
        return count;
    }

    public static int Finish(Span<byte> request, int count, ReadOnlySpan<byte> token, ReadOnlySpan<byte> key, ReadOnlySpan<byte> body)
    {
        var to = request[count..];
        to = Append(to, "Authorization: Bearer "u8);
        to = Append(to, token);
        if (!key.IsEmpty)
        {
            to = Append(to, "\r\nIdempotency-Key: "u8);
            to = Append(to, key);
        }
        to = Append(to, "\r\n\r\n"u8);
        to = Append(to, body);
        return request.Length - to.Length;
    }

    public static Span<byte> Append(Span<byte> to, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(to);
        return to[bytes.Length..];
    }
}
