using System.Buffers.Text;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Doorbuster.FlashSales;

/// <summary>The answers to a claim, byte by byte: on the shop's busiest path a serializer would cost most.</summary>
internal static class ClaimAnswers
{
    private const int BodyMax = 256;
    private const string Replayed = "Idempotent-Replayed";

    private static readonly StringValues JsonType = "application/json; charset=utf-8";
    private static readonly StringValues NoStore = "no-store";
    private static readonly StringValues Yes = "true";

    /// <summary>201: the claim is in the ledger. Said again, it is the same bytes, also when paid since.</summary>
    public static Task Claimed(HttpContext http, ClaimView claim, bool isReplay)
    {
        Span<byte> body = stackalloc byte[BodyMax];
        var length = WriteClaimed(body, claim);
        http.Response.StatusCode = StatusCodes.Status201Created;
        if (isReplay)
            http.Response.Headers[Replayed] = Yes;
        return Send(http, Address("/api/v1/orders/ord_", claim.Id), body[..length]);
    }

    /// <summary>202: the units are the person's, the ledger is behind. The ticket is the claim's id.</summary>
    public static Task Queued(HttpContext http, long ticket)
    {
        Span<byte> body = stackalloc byte[BodyMax];
        var length = WriteQueued(body, ticket);
        http.Response.StatusCode = StatusCodes.Status202Accepted;
        return Send(http, Address("/api/v1/tickets/tkt_", ticket), body[..length]);
    }

    internal static int WriteClaimed(Span<byte> body, ClaimView claim)
    {
        var at = new Cursor(body);
        at.Text("{\"claim\":{\"id\":\"clm_"u8);
        at.Id(claim.Id);
        at.Text("\",\"orderId\":\"ord_"u8);
        at.Id(claim.Id);
        at.Text("\",\"quantity\":"u8);
        at.Number(claim.Quantity);
        at.Text(",\"ordinal\":"u8);
        at.Number(claim.Ordinal);
        at.Text(claim.Deadline is null ? ",\"state\":\"kept\",\"payBy\":"u8 : ",\"state\":\"held\",\"payBy\":"u8);
        at.Time(claim.Deadline);
        at.Text("}}"u8);
        return at.Length;
    }

    internal static int WriteQueued(Span<byte> body, long ticket)
    {
        var at = new Cursor(body);
        at.Text("{\"ticket\":\"tkt_"u8);
        at.Id(ticket);
        at.Text("\",\"status\":\"queued\",\"pollAfterMs\":1000,\"eventsUrl\":\"/api/v1/tickets/tkt_"u8);
        at.Id(ticket);
        at.Text("/events\"}"u8);
        return at.Length;
    }

    private static Task Send(HttpContext http, StringValues location, ReadOnlySpan<byte> body)
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

    private static string Address(string path, long id)
    {
        Span<byte> digits = stackalloc byte[PublicId.DigitCount];
        PublicId.WriteDigits(id, digits);
        Span<char> address = stackalloc char[path.Length + PublicId.DigitCount];
        path.CopyTo(address);
        System.Text.Encoding.ASCII.GetChars(digits, address[path.Length..]);
        return new string(address);
    }

    private ref struct Cursor(Span<byte> buffer)
    {
        private readonly Span<byte> _buffer = buffer;

        public int Length { get; private set; }

        public void Text(ReadOnlySpan<byte> text)
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
}
