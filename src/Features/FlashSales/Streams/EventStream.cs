using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Doorbuster.FlashSales;

/// <summary>A feed as server-sent events. Whoever comes back with <c>Last-Event-ID</c> is told only what he missed.</summary>
internal static class EventStream
{
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    // A hold ends within the hour; a connection that outlives it is forgotten by its reader, who comes back if not.
    public static readonly TimeSpan LifeMax = TimeSpan.FromMinutes(65);

    private const int RetryMs = 1_500;
    private const int RetrySpreadMs = 1_000;

    // An event, not a comment: a comment is kept from scripts, which could not tell a silent stream from a dead one.
    private static readonly byte[] Beat = "event: beat\ndata: {}\n\n"u8.ToArray();

    private static int _spread;

    public static async Task Send(HttpContext http, IEventFeed feed, TimeProvider clock, CancellationToken cancel)
    {
        var response = http.Response;
        var isSeen = http.Request.Headers["Last-Event-ID"] == feed.Current.Id;
        if (isSeen && feed.Current.IsLast)
        {
            response.StatusCode = StatusCodes.Status204NoContent;    // tells a browser not to come back
            return;
        }
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var end = clock.GetUtcNow() + LifeMax;
        try
        {
            var first = Encoding.ASCII.GetBytes($"retry: {RetryAfterMs()}\n\n");
            await response.Body.WriteAsync(isSeen ? first : [.. first, .. feed.Current.Frame], cancel);
            await response.Body.FlushAsync(cancel);
            while (!feed.Current.IsLast && clock.GetUtcNow() < end)
            {
                var next = await feed.Next(Heartbeat, cancel);
                await response.Body.WriteAsync(next?.Frame ?? Beat, cancel);
                await response.Body.FlushAsync(cancel);
            }
        }
        catch (OperationCanceledException)
        {
            // The reader left, or we stop: it comes back to another process by itself, with Last-Event-ID.
        }
    }

    // When a process ends, all who followed there come back: not all in the same moment.
    private static int RetryAfterMs() => RetryMs + (int)((uint)Interlocked.Add(ref _spread, 37) % RetrySpreadMs);
}
