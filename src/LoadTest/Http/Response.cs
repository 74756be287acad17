namespace Doorbuster.LoadTest.Http;

/// <summary>An answer as it lies in the connection's buffer: gone when the callback returns.</summary>
internal readonly ref struct Response
{
    public required int Status { get; init; }
    public required ReadOnlySpan<byte> Body { get; init; }

    /// <summary>Seconds; -1 when the header is missing or not a number.</summary>
    public required int RetryAfter { get; init; }

    /// <summary><c>Idempotent-Replayed: true</c>.</summary>
    public required bool Replayed { get; init; }

    /// <summary>A problem's stable code; empty when the answer is no problem.</summary>
    public ReadOnlySpan<byte> Code => Status < 400 ? [] : JsonPeek.Text(Body, "code"u8);
}

/// <summary>Why there is no answer. Whether the request had its effect is unknown, but for <see cref="NotSent"/>.</summary>
internal enum Failure
{
    /// <summary>No connection could be made, so nothing was sent.</summary>
    NotSent,

    /// <summary>The connection ended before the answer was whole.</summary>
    Closed,
    Timeout,

    /// <summary>The answer is not HTTP/1.1 or longer than we take.</summary>
    Garbled,

    /// <summary>We hung up ourselves, as people do whose train enters a tunnel.</summary>
    HungUp,
}
