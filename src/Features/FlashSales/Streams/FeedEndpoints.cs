using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.FlashSales;

/// <summary>A feed under two addresses: as server-sent events, and as messages of a WebSocket.</summary>
internal static class FeedEndpoints
{
    private const string SocketDescription =
        "Each text message is one event: its name, id and data as in the event stream. `lastEventId` resumes. It closes "
        + "with 1000 after the last event, and with 1008 if you send anything; it pings every 15 s. A browser may open "
        + "it from the shop's own pages only.";

    /// <param name="path">With an <c>{id}</c>; <c>/events</c> and <c>/socket</c> follow it.</param>
    /// <param name="message">How a message is described; it is written by hand.</param>
    /// <param name="open">Opens a feed, or says why there is none.</param>
    public static void Map(
        IEndpointRouteBuilder routes, string path, Access access, string name, string summary, Type message,
        Func<HttpContext, Task<(IEventFeed? Feed, Problem Refusal)>> open)
    {
        var clock = routes.ServiceProvider.GetRequiredService<TimeProvider>();
        routes.MapGet(path + "/events", Serving((http, feed) => EventStream.Send(http, feed, clock, http.RequestAborted)))
            .WithMetadata(access).TakesLong()
            .WithName(name).WithTags("Sales")
            .WithSummary(summary)
            .Describes(Described)
            .Answers(StatusCodes.Status200OK, typeof(string), "text/event-stream")
            .Answers(StatusCodes.Status204NoContent)
            .Refuses(WebProblems.NotFound, Problems.TooManyWatchers);
        EventSocket.Map(routes, path + "/socket", Serving((http, feed) => EventSocket.Serve(http, feed, clock)))
            .WithMetadata(access).TakesLong()
            .WithName(name + "BySocket").WithTags("Sales")
            .WithSummary("The same events as messages of a WebSocket.")
            .WithDescription(SocketDescription)
            .Describes(DescribedSocket)
            .Answers(StatusCodes.Status101SwitchingProtocols)
            .Answers(StatusCodes.Status200OK, message)
            .Refuses(WebProblems.NotFound, WebProblems.CrossSite, Problems.TooManyWatchers, Problems.UpgradeRequired);

        RequestDelegate Serving(Func<HttpContext, IEventFeed, Task> send) => async http =>
        {
            var (feed, refusal) = await open(http);
            using (feed)
                await (feed is null ? refusal.ExecuteAsync(http) : send(http, feed));
        };
    }

    private static void Described(string id) => _ = id;

    private static void DescribedSocket(string id, string? lastEventId = null) => _ = (id, lastEventId);
}
