using System.Diagnostics;
using System.Text;
using Doorbuster.Contracts.Accounts;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.RedPackets;

/// <summary>Grab a part: a claim on the packet's pool, whose ordinal picks the part, so the amount is said at once.</summary>
internal sealed class GrabPart(IClaims claims, ISessions sessions, TimeProvider clock, KnownParts known)
    : ClaimEndpoint(claims, sessions, clock)
{
    private const int BodyMax = 256;
    private const string Path = "/api/v1/red-packets/rpk_";

    public sealed record Response(GrabResponse Grab);
    public sealed record GrabResponse(string Id, string PacketId, long Ordinal, long Amount, string Currency);
    public sealed record Accepted(string Id, string Status, int PollAfterMs);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var handler = ActivatorUtilities.CreateInstance<GrabPart>(routes.ServiceProvider);
        routes.MapPost("/api/v1/red-packets/{id}/grabs", handler.Handle)
            .AccessCheckedByHandler()
            .WithName("GrabPart").WithTags("Red packets")
            .WithSummary("Grab a part of a red packet for the signed-in person.")
            .WithDescription("201: the amount is yours, and in your wallet in a moment. 202: a part is yours, read the "
                + "packet to see which. Retry with the same Idempotency-Key after a lost answer or a 503.")
            .Describes(Described)
            .TakesIdempotencyKey()
            .Answers(StatusCodes.Status201Created, typeof(Response))
            .Answers(StatusCodes.Status202Accepted, typeof(Accepted))
            .Refuses(Problems.Gone, Problems.Grabbed, Problems.NotOpen, Problems.Ended, WebProblems.InvalidRequest,
                WebProblems.SignInRequired, WebProblems.CrossSite, WebProblems.NotFound, WebProblems.StoreAway);
    }

    protected override string PublicPrefix => RedPacket.PublicPrefix;

    protected override string PoolKind => RedPacket.PoolKind;

    protected override Task AnswerSoldOut(HttpContext http, PoolView pool) => Problems.Gone.ExecuteAsync(http);

    protected override Task AnswerNotOpen(HttpContext http, PoolView pool, TimeSpan wait) =>
        Problems.NotOpenFor(wait).ExecuteAsync(http);

    protected override Task Answer(HttpContext http, PoolView pool, ClaimResult result)
    {
        switch (result)
        {
            case { Outcome: ClaimOutcome.Claimed or ClaimOutcome.Replayed, Claim: { } claim }:
                var finding = known.Find(pool.Id, CancellationToken.None);
                var isReplay = result.Outcome == ClaimOutcome.Replayed;
                return finding.IsCompletedSuccessfully
                    ? Granted(http, claim, finding.Result, isReplay)
                    : GrantedLater(http, claim, finding, isReplay);
            case { Outcome: ClaimOutcome.Queued }:
                return Queued(http, pool.Id, result.Ticket);
            default:
                return Refusal(result.Outcome, pool).ExecuteAsync(http);
        }
    }

    private static async Task GrantedLater(
        HttpContext http, ClaimView claim, ValueTask<PacketParts?> finding, bool isReplay) =>
        await Granted(http, claim, await finding, isReplay);

    private static Task Granted(HttpContext http, ClaimView claim, PacketParts? parts, bool isReplay)
    {
        if (parts is null)
            throw new InvalidOperationException($"Pool {claim.Pool} has no red packet.");
        Span<byte> body = stackalloc byte[BodyMax];
        var length = WriteGranted(body, claim, parts);
        http.Response.StatusCode = StatusCodes.Status201Created;
        if (isReplay)
            http.Response.Headers["Idempotent-Replayed"] = "true";
        return HotAnswers.Send(http, HotAnswers.Address(Path, claim.Pool), body[..length]);
    }

    internal static int WriteGranted(Span<byte> body, ClaimView claim, PacketParts parts)
    {
        var at = new AnswerText(body);
        at.Text("{\"grab\":{\"id\":\"rpg_"u8);
        at.Id(claim.Id);
        at.Text("\",\"packetId\":\"rpk_"u8);
        at.Id(claim.Pool);
        at.Text("\",\"ordinal\":"u8);
        at.Number(claim.Ordinal);
        at.Text(",\"amount\":"u8);
        at.Number(parts.Split[claim.Ordinal - 1]);
        at.Text(",\"currency\":\""u8);
        Span<byte> currency = stackalloc byte[8];
        at.Text(currency[..Encoding.ASCII.GetBytes(parts.Currency, currency)]);
        at.Text("\"}}"u8);
        return at.Length;
    }

    private static Task Queued(HttpContext http, long packet, long ticket)
    {
        Span<byte> body = stackalloc byte[BodyMax];
        var at = new AnswerText(body);
        at.Text("{\"id\":\"rpg_"u8);
        at.Id(ticket);
        at.Text("\",\"status\":\"queued\",\"pollAfterMs\":1000}"u8);
        http.Response.StatusCode = StatusCodes.Status202Accepted;
        return HotAnswers.Send(http, HotAnswers.Address(Path, packet), body[..at.Length]);
    }

    private Problem Refusal(ClaimOutcome outcome, PoolView pool) => outcome switch
    {
        ClaimOutcome.SoldOut => Problems.Gone,
        ClaimOutcome.LimitReached => Problems.Grabbed,
        ClaimOutcome.NotOpen => Problems.NotOpenFor((pool.OpensAt ?? default) - Clock.GetUtcNow()),
        // When all parts are gone the pool is closed; to those who come then it is gone, not over.
        ClaimOutcome.Closed => pool.Left <= 0 ? Problems.Gone : Problems.Ended,
        ClaimOutcome.Paused or ClaimOutcome.Away => WebProblems.StoreAway,
        ClaimOutcome.UnknownPool => WebProblems.NotFound,
        ClaimOutcome.InvalidKey => WebProblems.IdempotencyKeyInvalid,
        ClaimOutcome.KeyReused => WebProblems.IdempotencyKeyReused,
        _ => throw new UnreachableException($"The engine answered {outcome}."),
    };

    private static void Described(string id) => _ = id;
}
