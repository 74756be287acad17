using Microsoft.Extensions.Logging;

namespace Doorbuster.Platform.Redis;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Store} is away: {Reason}")]
    public static partial void RedisLost(this ILogger log, string store, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Store} is back")]
    public static partial void RedisBack(this ILogger log, string store);
}
