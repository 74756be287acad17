using System.Buffers.Text;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Doorbuster.Platform.Web;

/// <summary>Answers byte by byte: on the busiest paths a serializer would cost most.</summary>
public static class HotAnswers
{
    private static readonly StringValues JsonType = "application/json; charset=utf-8";
    private static readonly StringValues NoStore = "no-store";

    /// <summary>The body as JSON that nobody keeps; the status is set by the caller.</summary>
    public static Task Send(HttpContext http, StringValues location, ReadOnlySpan<byte> body)
    {
        var response = http.Response;
        response.Headers.ContentType = JsonType;
        response.Headers.CacheControl = NoStore;
        response.Headers.Location = location;
        response.ContentLength = body.Length;
        body.CopyTo(response.BodyWriter.GetSpan(body.Length));
        response.BodyWriter.Advance(body.Length);
        return Task.CompletedTask;    // the server flushes when the handler is done: one write for headers and body
    }

    /// <summary>The path with the id's digits at its end.</summary>
    public static string Address(string path, long id)
    {
        Span<byte> digits = stackalloc byte[PublicId.DigitCount];
        PublicId.WriteDigits(id, digits);
        Span<char> address = stackalloc char[path.Length + PublicId.DigitCount];
        path.CopyTo(address);
        Encoding.ASCII.GetChars(digits, address[path.Length..]);
        return new string(address);
    }
}

/// <summary>Writes an answer into a buffer.</summary>
public ref struct AnswerText(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;

    public int Length { get; private set; }

    public void Text(scoped ReadOnlySpan<byte> text)
    {
        text.CopyTo(_buffer[Length..]);
        Length += text.Length;
    }

    public void Id(long id)
    {
        PublicId.WriteDigits(id, _buffer.Slice(Length, PublicId.DigitCount));
        Length += PublicId.DigitCount;
    }

    public void Number(long number)
    {
        Utf8Formatter.TryFormat(number, _buffer[Length..], out var written);
        Length += written;
    }

    public void Time(DateTimeOffset? time)
    {
        if (time is not { } at)
        {
            Text("null"u8);
            return;
        }
        Text("\""u8);
        Utf8Formatter.TryFormat(at.UtcDateTime, _buffer[Length..], out var written, 'O');
        Length += written;
        Text("\""u8);
    }
}
