using Microsoft.Extensions.Logging;

namespace Doorbuster.Platform.Web;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Error, Message = "Request {RequestId} failed: {Method} {Path}")]
    public static partial void RequestFailed(
        this ILogger log, Exception error, string requestId, string method, string path);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Request {RequestId} was refused because a store is away: {Method} {Path}: {Reason}")]
    public static partial void StoreAway(this ILogger log, string requestId, string method, string path, string reason);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Request {RequestId} took longer than {LimitMs} ms and was given up: {Method} {Path}")]
    public static partial void RequestTimedOut(
        this ILogger log, string requestId, long limitMs, string method, string path);

    [LoggerMessage(Level = LogLevel.Information, Message = "Not ready any more; stops accepting in {Seconds} s")]
    public static partial void Draining(this ILogger log, double seconds);
}
