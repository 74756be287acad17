using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.FlashSales;

/// <summary>The ticket as it changes, until it has its last status: server-sent events, or messages of a socket.</summary>
internal sealed class WatchTicket(TicketBoard board, TimeProvider clock)
{
    /// <summary>How a message is described; it is written by hand.</summary>
    public sealed record Message(string Event, string Id, GetTicket.Response Data);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var handler = ActivatorUtilities.CreateInstance<WatchTicket>(routes.ServiceProvider);
        routes.MapGet("/api/v1/tickets/{id}/events", handler.Stream)
            .WithName("WatchTicket").WithTags("Sales")
            .WithSummary("The ticket's statuses as server-sent events, each with its version as id.")
            .TakesLong()
            .Describes(Described)
            .Answers(StatusCodes.Status200OK, typeof(string), "text/event-stream")
            .Answers(StatusCodes.Status204NoContent)
            .Refuses(WebProblems.NotFound, Problems.TooManyWatchers);
        EventSocket.Map(routes, "/api/v1/tickets/{id}/socket", handler.Socket)
            .WithName("WatchTicketBySocket").WithTags("Sales")
            .WithSummary("The same events as messages of a WebSocket.")
            .WithDescription(FollowSale.SocketDescription)
            .TakesLong()
            .Describes(DescribedSocket)
            .Answers(StatusCodes.Status101SwitchingProtocols)
            .Answers(StatusCodes.Status200OK, typeof(Message))
            .Refuses(WebProblems.NotFound, WebProblems.CrossSite, Problems.TooManyWatchers, Problems.UpgradeRequired);
    }

    private Task Stream(HttpContext http) =>
        Watch(http, feed => EventStream.Send(http, feed, clock, http.RequestAborted));

    private Task Socket(HttpContext http) => Watch(http, feed => EventSocket.Serve(http, feed, clock));

    private async Task Watch(HttpContext http, Func<IEventFeed, Task> send)
    {
        if (await Person.BindAsync(http) is not { } person
            || !PublicId.TryParse(Ticket.PublicPrefix, http.Request.RouteValues["id"] as string, out var id)
            || await board.Find(id, person.Id, http.RequestAborted) is not { } ticket)
        {
            await WebProblems.NotFound.ExecuteAsync(http);
            return;
        }
        var watcher = board.Watch(ticket, person.Id);
        if (watcher is null)
        {
            await Problems.TooManyWatchers.ExecuteAsync(http);
            return;
        }
        using var feed = new Feed(watcher, ticket);
        await send(feed);
    }

    private static void Described(string id) => _ = id;

    private static void DescribedSocket(string id, string? lastEventId = null) => _ = (id, lastEventId);

    private sealed class Feed(TicketBoard.Watcher watcher, Ticket ticket) : IEventFeed
    {
        public StreamEvent Current { get; private set; } = GetTicket.Response.EventOf(ticket);

        public async Task<StreamEvent?> Next(TimeSpan wait, CancellationToken cancel) =>
            await watcher.Next(wait, cancel) is { } next ? Current = GetTicket.Response.EventOf(next) : null;

        public void Dispose() => watcher.Dispose();
    }
}
