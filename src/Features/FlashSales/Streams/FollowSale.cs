using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.FlashSales;

/// <summary>What becomes of a sale, as it happens: the state document again whenever it says something else.</summary>
internal sealed class FollowSale(KnownSales sales, SaleBoard board, TimeProvider clock)
{
    /// <summary>How a message is described; it is written by hand.</summary>
    public sealed record Message(string Event, string Id, GetSaleState.Response Data);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var handler = ActivatorUtilities.CreateInstance<FollowSale>(routes.ServiceProvider);
        routes.MapGet("/api/v1/sales/{id}/events", handler.Stream)
            .ForAnyone().TakesLong()
            .WithName("FollowSale").WithTags("Sales")
            .WithSummary("The state of a sale as server-sent events, whenever it changes, until it has ended.")
            .Describes(Described)
            .Answers(StatusCodes.Status200OK, typeof(string), "text/event-stream")
            .Answers(StatusCodes.Status204NoContent)
            .Refuses(WebProblems.NotFound, Problems.TooManyWatchers);
        EventSocket.Map(routes, "/api/v1/sales/{id}/socket", handler.Socket)
            .ForAnyone().TakesLong()
            .WithName("FollowSaleBySocket").WithTags("Sales")
            .WithSummary("The same events as messages of a WebSocket.")
            .WithDescription(SocketDescription)
            .Describes(DescribedSocket)
            .Answers(StatusCodes.Status101SwitchingProtocols)
            .Answers(StatusCodes.Status200OK, typeof(Message))
            .Refuses(WebProblems.NotFound, WebProblems.CrossSite, Problems.TooManyWatchers, Problems.UpgradeRequired);
    }

    /// <summary>Both sockets are used alike.</summary>
    public const string SocketDescription =
        "Each text message is one event: its name, id and data as in the event stream. `lastEventId` resumes. It closes "
        + "with 1000 after the last event, and with 1008 if you send anything; it pings every 15 s. A browser may open "
        + "it from the shop's own pages only.";

    private Task Stream(HttpContext http) =>
        Follow(http, feed => EventStream.Send(http, feed, clock, http.RequestAborted));

    private Task Socket(HttpContext http) => Follow(http, feed => EventSocket.Serve(http, feed, clock));

    private async Task Follow(HttpContext http, Func<IEventFeed, Task> send)
    {
        if (!PublicId.TryParse(FlashSale.PublicPrefix, http.Request.RouteValues["id"] as string, out var id)
            || await sales.Find(id, http.RequestAborted) is not { } sale)
        {
            await WebProblems.NotFound.ExecuteAsync(http);
            return;
        }
        using var feed = await board.Watch(sale);
        await (feed is null ? Problems.TooManyWatchers.ExecuteAsync(http) : send(feed));
    }

    private static void Described(string id) => _ = id;

    private static void DescribedSocket(string id, string? lastEventId = null) => _ = (id, lastEventId);
}
