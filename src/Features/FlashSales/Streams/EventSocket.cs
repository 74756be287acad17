using System.Net.WebSockets;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.FlashSales;

/// <summary>
/// A feed as messages of a WebSocket, for programs that have no event streams. It only tells: whoever says something is
/// hung up on. The framework pings, and drops who does not answer.
/// </summary>
internal static class EventSocket
{
    private const string Resume = "lastEventId";

    private static readonly TimeSpan FarewellMax = TimeSpan.FromSeconds(5);

    private static readonly WebSocketOptions Options = new()
    {
        KeepAliveInterval = EventStream.Heartbeat,
        KeepAliveTimeout = EventStream.Heartbeat,
    };

    /// <summary>Maps with a pipeline of its own, so that no other request pays for sockets.</summary>
    public static IEndpointConventionBuilder Map(
        IEndpointRouteBuilder routes, string path, RequestDelegate handle)
    {
        var pipeline = routes.CreateApplicationBuilder();
        pipeline.UseWebSockets(Options);
        pipeline.Run(http => Check(http) is { } refusal ? refusal.ExecuteAsync(http) : handle(http));
        return routes.MapGet(path, pipeline.Build());
    }

    public static async Task Serve(HttpContext http, IEventFeed feed, TimeProvider clock)
    {
        var stopping = http.RequestAborted;
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var listening = Listen(socket, over);
        var status = WebSocketCloseStatus.NormalClosure;
        try
        {
            if (http.Request.Query[Resume] != feed.Current.Id)
                await Tell(socket, feed.Current, stopping);
            var end = clock.GetUtcNow() + EventStream.LifeMax;
            while (!feed.Current.IsLast && clock.GetUtcNow() < end)
                if (await feed.Next(EventStream.Heartbeat, over.Token) is { } next)
                    await Tell(socket, next, stopping);
        }
        catch (OperationCanceledException)
        {
            status = stopping.IsCancellationRequested
                ? WebSocketCloseStatus.EndpointUnavailable : WebSocketCloseStatus.PolicyViolation;
        }
        catch (WebSocketException)
        {
            return;    // gone without a word
        }
        await SayFarewell(socket, status, listening);
    }

    private static Problem? Check(HttpContext http)
    {
        // A browser opens a socket for any page, with our cookie, and asks nobody: the origin is all that tells whose page.
        if (http.Request.Headers.Origin is { Count: > 0 } origin
            && !string.Equals(origin, $"{http.Request.Scheme}://{http.Request.Host.Value}", StringComparison.OrdinalIgnoreCase))
            return WebProblems.CrossSite;
        return http.WebSockets.IsWebSocketRequest ? null : Problems.UpgradeRequired;
    }

    private static ValueTask Tell(WebSocket socket, StreamEvent told, CancellationToken cancel) =>
        socket.SendAsync(told.Message.AsMemory(), WebSocketMessageType.Text, endOfMessage: true, cancel);

    // Ends when the other side closes, vanishes or speaks.
    private static async Task Listen(WebSocket socket, CancellationTokenSource over)
    {
        var one = new byte[1];
        try
        {
            await socket.ReceiveAsync(one.AsMemory(), CancellationToken.None);
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Gone.
        }
        try
        {
            await over.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It was we who ended it.
        }
    }

    private static async Task SayFarewell(WebSocket socket, WebSocketCloseStatus status, Task listening)
    {
        using var limit = new CancellationTokenSource(FarewellMax);
        try
        {
            if (socket.State is WebSocketState.CloseReceived)
                status = WebSocketCloseStatus.NormalClosure;
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(status, null, limit.Token);
            await listening.WaitAsync(limit.Token);
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException)
        {
            socket.Abort();
        }
    }
}
