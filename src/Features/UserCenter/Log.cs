using Microsoft.Extensions.Logging;

namespace Doorbuster.UserCenter;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The cache of overviews is away, every part is loaded: {Why}")]
    public static partial void CacheAway(this ILogger log, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Part {Part} of an overview took longer than {LimitMs} ms")]
    public static partial void PartTookTooLong(this ILogger log, string part, double limitMs);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Part {Part} of an overview failed")]
    public static partial void PartFailed(this ILogger log, string part, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Part {Part} of an overview is not one JSON value of at most 256 KiB ({Bytes} bytes)")]
    public static partial void PartIsNonsense(this ILogger log, string part, int bytes);
}
