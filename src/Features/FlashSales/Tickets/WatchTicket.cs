using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.FlashSales;

/// <summary>The ticket as it changes, until it has its last status: server-sent events, or messages of a socket.</summary>
internal sealed class WatchTicket(TicketBoard board)
{
    public sealed record Message(string Event, string Id, GetTicket.Response Data);

    public static void Map(IEndpointRouteBuilder routes) => FeedEndpoints.Map(
        routes, "/api/v1/tickets/{id}", Access.Person, "WatchTicket",
        "The ticket's statuses as server-sent events, each with its version as id.", typeof(Message),
        ActivatorUtilities.CreateInstance<WatchTicket>(routes.ServiceProvider).Open);

    private async Task<(IEventFeed? Feed, Problem Refusal)> Open(HttpContext http)
    {
        if (await Person.BindAsync(http) is not { } person
            || !PublicId.TryParse(Ticket.PublicPrefix, http.Request.RouteValues["id"] as string, out var id)
            || await board.Find(id, person.Id, http.RequestAborted) is not { } ticket)
            return (null, WebProblems.NotFound);
        return (board.Watch(ticket, person.Id) is { } watcher ? new Feed(watcher, ticket) : null, Problems.TooManyWatchers);
    }

    private sealed class Feed(TicketBoard.Watcher watcher, Ticket ticket) : IEventFeed
    {
        public StreamEvent Current { get; private set; } = GetTicket.Response.EventOf(ticket);

        public async Task<StreamEvent?> Next(TimeSpan wait, CancellationToken cancel) =>
            await watcher.Next(wait, cancel) is { } next ? Current = GetTicket.Response.EventOf(next) : null;

        public void Dispose() => watcher.Dispose();
    }
}
