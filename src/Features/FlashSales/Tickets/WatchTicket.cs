using System.Globalization;
using System.Text;
using System.Text.Json;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.FlashSales;

/// <summary>The ticket as server-sent events, until it has its last status.</summary>
internal static class WatchTicket
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    // A hold ends within the hour; a connection that outlives it is forgotten by its reader, who comes back if not.
    private static readonly TimeSpan LifeMax = TimeSpan.FromMinutes(65);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/tickets/{id}/events", Handle)
        .WithName("WatchTicket").WithTags("Sales")
        .WithSummary("The ticket's statuses as server-sent events, each with its version as id.")
        .TakesLong()
        .Produces<string>(StatusCodes.Status200OK, "text/event-stream")
        .Produces(StatusCodes.Status204NoContent)
        .Refuses(WebProblems.NotFound, Problems.TooManyWatchers);

    private static async Task<IResult> Handle(
        string id, Person person, HttpContext http, TicketBoard board, TimeProvider clock, CancellationToken cancel)
    {
        if (!PublicId.TryParse(Ticket.PublicPrefix, id, out var number)
            || await board.Find(number, person.Id, cancel) is not { } ticket)
            return WebProblems.NotFound;

        var isSeen = http.Request.Headers["Last-Event-ID"] == ticket.Version.ToString(CultureInfo.InvariantCulture);
        if (ticket.IsFinal && isSeen)
            return TypedResults.NoContent();    // tells a browser not to come back

        using var watcher = board.Watch(ticket, person.Id);
        if (watcher is null)
            return Problems.TooManyWatchers;
        await Stream(http, watcher, ticket, isSeen, clock.GetUtcNow() + LifeMax, clock, cancel);
        return Results.Empty;
    }

    private static async Task Stream(
        HttpContext http, TicketBoard.Watcher watcher, Ticket ticket, bool isSeen, DateTimeOffset end,
        TimeProvider clock, CancellationToken cancel)
    {
        var response = http.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();

        try
        {
            await response.WriteAsync("retry: 2000\n\n" + (isSeen ? "" : EventOf(ticket)), cancel);
            await response.Body.FlushAsync(cancel);
            while (!ticket.IsFinal && clock.GetUtcNow() < end)
            {
                var next = await watcher.Next(Heartbeat, cancel);
                ticket = next ?? ticket;
                await response.WriteAsync(next is null ? ": still here\n\n" : EventOf(ticket), cancel);
                await response.Body.FlushAsync(cancel);
            }
        }
        catch (OperationCanceledException)
        {
            // The reader left, or we stop: it comes back to another process by itself, with Last-Event-ID.
        }
    }

    private static string EventOf(Ticket ticket) => new StringBuilder()
        .Append(CultureInfo.InvariantCulture, $"id: {ticket.Version}\nevent: ticket\ndata: ")
        .Append(JsonSerializer.Serialize(GetTicket.Response.Of(ticket), FlashSalesJson.Default.TicketResponse))
        .Append("\n\n").ToString();
}
