using System.ComponentModel.DataAnnotations;
using Doorbuster.Contracts.Orders;
using Doorbuster.Platform;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Risk.Cases;

/// <summary>Somebody looked at the order: it goes its way, or it is taken back.</summary>
internal static class DecideCase
{
    private const string TakenBack = "cancelled_by_shop";

    /// <param name="Decision"><c>release</c> or <c>cancel</c>.</param>
    /// <param name="Note">For colleagues; the buyer does not see it.</param>
    public sealed record Request(
        [RegularExpression("release|cancel", ErrorMessage = "must be \"release\" or \"cancel\"")] string Decision,
        [StringLength(500)] string? Note = null);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/admin/v1/risk/orders/{id}/decision", Handle)
        .ForAdmin()
        .WithName("DecideRiskyOrder").WithTags("Risk (administration)")
        .WithSummary("Release an order, or take it back.")
        .WithDescription(
            "A cancelled one is taken back as its buyer could: unpaid, its units; paid and not shipped, its money. "
            + "The decision that was made already changes nothing.")
        .Refuses(WebProblems.NotFound, Problems.VersionRequired, Problems.VersionOutdated, Problems.Decided);

    private static async Task<Results<Ok<CaseView>, Problem>> Handle(
        string id, Request request, [FromHeader(Name = "If-Match")] string? ifMatch, Person person, CaseStore store,
        RiskCounts counts, TimeProvider clock, HttpContext http, CancellationToken cancel)
    {
        if (!PublicId.TryParse("ord", id, out var order))
            return WebProblems.NotFound;
        await using var connection = await store.Connect(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await CaseStore.Lock(transaction, order, cancel) is not { } found)
            return WebProblems.NotFound;
        var to = request.Decision == "cancel" ? CaseState.Cancelled : CaseState.Released;
        if (found.State != to)
        {
            if (ifMatch is null)
                return Problems.VersionRequired;
            if (EntityTags.ReadVersion<int>(ifMatch) != found.Version)
                return Problems.VersionOutdated;
            if (!found.May(to) || to == CaseState.Cancelled && found.Person is null)
                return Problems.Decided.With(detail: $"It is {Case.NameOf(found.State)}.");

            await CaseStore.Decide(
                transaction, found, to, PublicId.Format("usr", person.Id), request.Note, clock.GetUtcNow(), cancel);
            if (to == CaseState.Cancelled)
                await transaction.Publish(
                    new TakeOrderBack { Order = order, Person = found.Person!.Value, Reason = TakenBack }, cancel);
            found = (await CaseStore.Find(transaction, order, cancel))!;
            await transaction.CommitAsync(cancel);
            counts.Entered(to);
        }
        http.Response.Headers.ETag = EntityTags.OfVersion(found.Version);
        return TypedResults.Ok(CaseView.Of(found));
    }
}
