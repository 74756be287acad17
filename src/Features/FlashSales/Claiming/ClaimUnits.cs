using System.Buffers;
using Doorbuster.Contracts.Accounts;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.FlashSales;

/// <summary>
/// The busiest path of the shop: hold units of an open sale for a person. The cheapest check comes first, so that
/// almost everybody is refused from memory; who may have units is decided by the pool alone.
/// </summary>
internal sealed class ClaimUnits(IClaims claims, ISessions sessions, TimeProvider clock, ClaimCounts counts)
{
    /// <summary>How long a caller waits for the ledger before a ticket is the better answer.</summary>
    private static readonly TimeSpan LedgerWait = TimeSpan.FromSeconds(2);

    public sealed record Request(int Quantity);
    public sealed record Response(ClaimResponse Claim);
    public sealed record ClaimResponse(
        string Id, string OrderId, int Quantity, long Ordinal, string State, DateTime? PayBy);
    public sealed record Accepted(string Ticket, string Status, int PollAfterMs, string EventsUrl);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var handler = ActivatorUtilities.CreateInstance<ClaimUnits>(routes.ServiceProvider);
        routes.MapPost("/api/v1/sales/{id}/claims", handler.Handle)
            .AccessCheckedByHandler()
            .WithName("ClaimUnits").WithTags("Sales")
            .WithSummary("Hold units of an open sale for the signed-in person.")
            .WithDescription("201: the units are held and the order is being written. 202: they are held, the order "
                + "comes later: follow the ticket. Retry with the same Idempotency-Key after a lost answer or a 503.")
            .Describes(Described)
            .TakesIdempotencyKey()
            .Answers(StatusCodes.Status201Created, typeof(Response))
            .Answers(StatusCodes.Status202Accepted, typeof(Accepted))
            .Refuses(Problems.SoldOut, Problems.LimitReached, Problems.NotOpen, Problems.Closed, Problems.Paused,
                Problems.ClaimReleased, WebProblems.IdempotencyKeyReused, WebProblems.InvalidRequest, WebProblems.UnsupportedMediaType,
                WebProblems.SignInRequired, WebProblems.CrossSite, WebProblems.NotFound, WebProblems.StoreAway);
    }

    public Task Handle(HttpContext http)
    {
        if (!PublicId.TryParse(FlashSale.PublicPrefix, http.Request.RouteValues["id"] as string, out var sale))
            return WebProblems.NotFound.ExecuteAsync(http);
        if (Credentials.TryRead(http, sessions, out var token) is { } refusal)
            return refusal.ExecuteAsync(http);

        // A claim is for nobody to cancel: the units may be taken already when the caller hangs up.
        var finding = claims.FindPool(sale, CancellationToken.None);
        return finding.IsCompletedSuccessfully
            ? Check(http, sale, finding.Result, token)
            : CheckLater(http, sale, finding, token);
    }

    private async Task CheckLater(HttpContext http, long sale, ValueTask<PoolView?> finding, SignedToken token) =>
        await Check(http, sale, await finding, token);

    private Task Check(HttpContext http, long sale, PoolView? pool, SignedToken token)
    {
        if (pool is not { Kind: FlashSale.PoolKind })
            return WebProblems.NotFound.ExecuteAsync(http);
        if (claims.IsSoldOutFor(sale, token.Person))
            return Refuse(http, sale, ClaimOutcome.SoldOut, Problems.SoldOut);

        // What was open once may hold an earlier claim of this key, so paused and closed are the engine's to say.
        if (pool.OpensAt is { } opensAt && clock.GetUtcNow() is var now && now < opensAt)
            return Refuse(http, sale, ClaimOutcome.NotOpen, ClaimRefusals.NotOpenFor(opensAt - now));
        return Claim(http, sale, pool, token);
    }

    private async Task Claim(HttpContext http, long sale, PoolView pool, SignedToken token)
    {
        if (await sessions.Confirm(token, CancellationToken.None) is not { } session)
        {
            await WebProblems.SignInRequired.ExecuteAsync(http);
            return;
        }
        if (IdempotencyKey.TryRead(http, out var key) is { } badKey)
        {
            await badKey.ExecuteAsync(http);
            return;
        }
        var (badBody, quantity) = await ReadBody(http);
        if (badBody is not null)
        {
            await badBody.ExecuteAsync(http);
            return;
        }
        var result = await claims.Claim(new(sale, session.Person, quantity, key, LedgerWait), CancellationToken.None);
        await Answer(http, pool, result);
    }

    private Task Answer(HttpContext http, PoolView pool, ClaimResult result)
    {
        switch (result.Outcome)
        {
            case ClaimOutcome.Claimed:
                counts.Count(pool.Id, result.Outcome);
                return ClaimAnswers.Claimed(http, result.Claim!, isReplay: false);
            case ClaimOutcome.Replayed when result.Claim is { State: not ClaimState.Released } claim:
                counts.Count(pool.Id, result.Outcome);
                return ClaimAnswers.Claimed(http, claim, isReplay: true);
            case ClaimOutcome.Queued:
                counts.Count(pool.Id, result.Outcome);
                return ClaimAnswers.Queued(http, result.Ticket);
            case var outcome:
                return Refuse(http, pool.Id, outcome, ClaimRefusals.Of(outcome, pool, clock.GetUtcNow()));
        }
    }

    private Task Refuse(HttpContext http, long sale, ClaimOutcome outcome, Problem problem)
    {
        counts.Count(sale, outcome);
        return problem.ExecuteAsync(http);
    }

    private static async ValueTask<(Problem? Problem, int Quantity)> ReadBody(HttpContext http)
    {
        // The literal is what nearly every program sends; anything else is looked at more closely.
        if (http.Request.ContentType is not "application/json" && !http.Request.HasJsonContentType())
            return (WebProblems.UnsupportedMediaType, 0);
        if (http.Request.ContentLength > ClaimBody.LengthMax)
            return (ClaimBody.TooLong, 0);

        var reader = http.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(CancellationToken.None);
            var body = read.Buffer;
            if (!read.IsCompleted && body.Length <= ClaimBody.LengthMax)
            {
                reader.AdvanceTo(body.Start, body.End);
                continue;
            }
            var quantity = 0;
            var problem = body.Length > ClaimBody.LengthMax ? ClaimBody.TooLong : ClaimBody.TryRead(body, out quantity);
            reader.AdvanceTo(body.End);
            return (problem, quantity);
        }
    }

    private static void Described(string id, [FromBody] Request request) => _ = (id, request);
}
