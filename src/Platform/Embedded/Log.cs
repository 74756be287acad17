using Microsoft.Extensions.Logging;

namespace Doorbuster.Platform.Embedded;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{Store} is ready, process {Process}")]
    public static partial void StoreReady(this ILogger log, string store, int process);

    [LoggerMessage(
        Level = LogLevel.Error, Message = "{Store} ended with code {Code}; starting it again in {DelayMs} ms")]
    public static partial void StoreDied(this ILogger log, string store, int code, double delayMs);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Store} cannot be started; trying again in {DelayMs} ms")]
    public static partial void StoreNotStarted(this ILogger log, Exception error, string store, double delayMs);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Store} did not stop within {Seconds} s; ending it")]
    public static partial void StoreStopSlow(this ILogger log, string store, double seconds);
}
