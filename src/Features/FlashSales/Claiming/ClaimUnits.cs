using Doorbuster.Contracts.Accounts;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.FlashSales;

/// <summary>The busiest path of the shop: hold units of an open sale for a person.</summary>
internal sealed class ClaimUnits(IClaims claims, ISessions sessions, TimeProvider clock, ClaimCounts counts)
    : ClaimEndpoint(claims, sessions, clock)
{
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

    protected override string PublicPrefix => FlashSale.PublicPrefix;

    protected override string PoolKind => FlashSale.PoolKind;

    protected override ValueTask<AskedUnits> Read(HttpRequest request) => ClaimBody.Read(request);

    protected override Task AnswerSoldOut(HttpContext http, PoolView pool) =>
        Refuse(http, pool.Id, ClaimOutcome.SoldOut, Problems.SoldOut);

    protected override Task AnswerNotOpen(HttpContext http, PoolView pool, TimeSpan wait) =>
        Refuse(http, pool.Id, ClaimOutcome.NotOpen, ClaimRefusals.NotOpenFor(wait));

    protected override Task Answer(HttpContext http, PoolView pool, ClaimResult result)
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
                return Refuse(http, pool.Id, outcome, ClaimRefusals.Of(outcome, pool, Clock.GetUtcNow()));
        }
    }

    private Task Refuse(HttpContext http, long sale, ClaimOutcome outcome, Problem problem)
    {
        counts.Count(sale, outcome);
        return problem.ExecuteAsync(http);
    }

    private static void Described(string id, [FromBody] Request request) => _ = (id, request);
}
