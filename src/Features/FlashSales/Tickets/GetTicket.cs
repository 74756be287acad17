using System.Globalization;
using System.Text.Json;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.FlashSales;

/// <summary>What became of a claim, at once or, with <c>Prefer: wait=N</c>, as soon as it changes.</summary>
internal static class GetTicket
{
    private const int WaitMaxS = 20;

    public sealed record Response(
        string Ticket, string Status, int Version, ClaimUnits.ClaimResponse? Claim, int? PollAfterMs, string EventsUrl)
    {
        internal static Response Of(Ticket ticket)
        {
            var id = PublicId.Format(FlashSales.Ticket.PublicPrefix, ticket.Id);
            return new(
                id, ticket.Word, ticket.Version, Held(ticket.Claim), PollAfter(ticket.Status),
                $"/api/v1/tickets/{id}/events");
        }

        internal static StreamEvent EventOf(Ticket ticket) => new(
            ticket.Version.ToString(CultureInfo.InvariantCulture), "ticket",
            JsonSerializer.Serialize(Of(ticket), FlashSalesJson.Default.TicketResponse), ticket.IsFinal);

        private static ClaimUnits.ClaimResponse? Held(ClaimView? claim) => claim is null
            ? null
            : new(PublicId.Format("clm", claim.Id), PublicId.Format("ord", claim.Id), claim.Quantity, claim.Ordinal,
                claim.State switch { ClaimState.Held => "held", ClaimState.Kept => "kept", _ => "released" },
                claim.State is ClaimState.Held ? claim.Deadline?.UtcDateTime : null);

        private static int? PollAfter(TicketStatus status) => status switch
        {
            TicketStatus.Queued => 1_000,
            TicketStatus.Confirmed => 10_000,
            _ => null,
        };
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/tickets/{id}", Handle)
        .WithName("GetTicket").WithTags("Sales")
        .WithSummary("The status of a ticket; long poll with `Prefer: wait=20` and `If-None-Match`.")
        .TakesLong()
        .Produces(StatusCodes.Status304NotModified)
        .Refuses(WebProblems.NotFound, Problems.TooManyWatchers);

    private static async Task<Results<Ok<Response>, StatusCodeHttpResult, Problem>> Handle(
        string id, [FromHeader(Name = "Prefer")] string? prefer, Person person, HttpContext http, TicketBoard board,
        CancellationToken cancel)
    {
        if (!PublicId.TryParse(Ticket.PublicPrefix, id, out var number)
            || await board.Find(number, person.Id, cancel) is not { } ticket)
            return WebProblems.NotFound;

        var known = http.Request.Headers.IfNoneMatch;
        var isKnown = EntityTags.Matches(known, TagOf(ticket));
        var hasNoNews = isKnown || known.Count == 0 && ticket.Status is TicketStatus.Queued;
        if (hasNoNews && !ticket.IsFinal && WaitOf(prefer) is { } wait)
        {
            using var watcher = board.Watch(ticket, person.Id);
            if (watcher is null)
                return Problems.TooManyWatchers;
            http.Response.Headers["Preference-Applied"] = $"wait={wait.TotalSeconds:0}";
            ticket = await Next(watcher, wait, cancel) ?? ticket;
            isKnown = EntityTags.Matches(known, TagOf(ticket));
        }

        http.Response.Headers.ETag = TagOf(ticket);
        http.Response.Headers.CacheControl = "private, no-cache";
        http.Response.Headers.Vary = "Authorization, Cookie";
        return isKnown
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(Response.Of(ticket));
    }

    // A process that is asked to stop lets the waiting go as if their time were up: they ask the next one.
    private static async Task<Ticket?> Next(TicketBoard.Watcher watcher, TimeSpan wait, CancellationToken cancel)
    {
        try
        {
            return await watcher.Next(wait, cancel);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    // All that a ticket shows follows from its status.
    private static string TagOf(Ticket ticket) => EntityTags.OfVersion(ticket.Version);

    private static TimeSpan? WaitOf(string? prefer)
    {
        foreach (var part in prefer?.Split(',', StringSplitOptions.TrimEntries) ?? [])
            if (part.StartsWith("wait=", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(part.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                && seconds > 0)
                return TimeSpan.FromSeconds(Math.Min(seconds, WaitMaxS));
        return null;
    }
}
