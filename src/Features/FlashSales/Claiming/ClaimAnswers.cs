using Doorbuster.Contracts.Claims;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Doorbuster.FlashSales;

/// <summary>The answers to a claim, byte by byte: on the shop's busiest path a serializer would cost most.</summary>
internal static class ClaimAnswers
{
    private const int BodyMax = 256;
    private const string Replayed = "Idempotent-Replayed";

    private static readonly StringValues Yes = "true";

    /// <summary>201: the claim is in the ledger. Said again, it is the same bytes, also when paid since.</summary>
    public static Task Claimed(HttpContext http, ClaimView claim, bool isReplay)
    {
        Span<byte> body = stackalloc byte[BodyMax];
        var length = WriteClaimed(body, claim);
        http.Response.StatusCode = StatusCodes.Status201Created;
        if (isReplay)
            http.Response.Headers[Replayed] = Yes;
        return HotAnswers.Send(http, HotAnswers.Address("/api/v1/orders/ord_", claim.Id), body[..length]);
    }

    /// <summary>202: the units are the person's, the ledger is behind. The ticket is the claim's id.</summary>
    public static Task Queued(HttpContext http, long ticket)
    {
        Span<byte> body = stackalloc byte[BodyMax];
        var length = WriteQueued(body, ticket);
        http.Response.StatusCode = StatusCodes.Status202Accepted;
        return HotAnswers.Send(http, HotAnswers.Address("/api/v1/tickets/tkt_", ticket), body[..length]);
    }

    internal static int WriteClaimed(Span<byte> body, ClaimView claim)
    {
        var at = new AnswerText(body);
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
        var at = new AnswerText(body);
        at.Text("{\"ticket\":\"tkt_"u8);
        at.Id(ticket);
        at.Text("\",\"status\":\"queued\",\"pollAfterMs\":1000,\"eventsUrl\":\"/api/v1/tickets/tkt_"u8);
        at.Id(ticket);
        at.Text("/events\"}"u8);
        return at.Length;
    }
}
