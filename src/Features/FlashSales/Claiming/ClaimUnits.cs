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
/// almost everybody is refused from memory; who may have units is decided by the pool alone. Each step goes on without a
/// state machine when nothing has to be waited for, which is the rule until the engine is asked.
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
            ? Check(http, finding.Result, token)
            : CheckLater(http, finding, token);
    }

    private async Task CheckLater(HttpContext http, ValueTask<PoolView?> finding, SignedToken token) =>
        await Check(http, await finding, token);

    private Task Check(HttpContext http, PoolView? pool, SignedToken token)
    {
        if (pool is not { Kind: FlashSale.PoolKind })
            return WebProblems.NotFound.ExecuteAsync(http);
        if (claims.IsSoldOutFor(pool.Id, token.Person))
            return Refuse(http, pool.Id, ClaimOutcome.SoldOut, Problems.SoldOut);

        // What was open once may hold an earlier claim of this key, so paused and closed are the engine's to say.
        if (pool.OpensAt is { } opensAt && clock.GetUtcNow() is var now && now < opensAt)
            return Refuse(http, pool.Id, ClaimOutcome.NotOpen, ClaimRefusals.NotOpenFor(opensAt - now));
        var confirming = sessions.Confirm(token, CancellationToken.None);
        return confirming.IsCompletedSuccessfully
            ? Admit(http, pool, confirming.Result)
            : AdmitLater(http, pool, confirming);
    }

    private async Task AdmitLater(HttpContext http, PoolView pool, ValueTask<Session?> confirming) =>
        await Admit(http, pool, await confirming);

    private Task Admit(HttpContext http, PoolView pool, Session? session)
    {
        if (session is null || session.IsGuest)    // a guest makes himself anew for every unit: no limit would hold
            return WebProblems.SignInRequired.ExecuteAsync(http);
        if (IdempotencyKey.TryRead(http, out var key) is { } badKey)
            return badKey.ExecuteAsync(http);

        var reading = ClaimBody.Read(http.Request);
        return reading.IsCompletedSuccessfully
            ? Claim(http, pool, session.Person, key, reading.Result)
            : ClaimLater(http, pool, session.Person, key, reading);
    }

    private async Task ClaimLater(
        HttpContext http, PoolView pool, long person, string key, ValueTask<ClaimBody.Content> reading) =>
        await Claim(http, pool, person, key, await reading);

    private Task Claim(HttpContext http, PoolView pool, long person, string key, ClaimBody.Content body)
    {
        if (body.Problem is { } badBody)
            return badBody.ExecuteAsync(http);
        var claiming = claims.Claim(new(pool.Id, person, body.Quantity, key, LedgerWait), CancellationToken.None);
        return claiming.IsCompletedSuccessfully ? Answer(http, pool, claiming.Result) : AnswerLater(http, pool, claiming);
    }

    private async Task AnswerLater(HttpContext http, PoolView pool, ValueTask<ClaimResult> claiming) =>
        await Answer(http, pool, await claiming);

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

    private static void Described(string id, [FromBody] Request request) => _ = (id, request);
}
