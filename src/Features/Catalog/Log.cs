using Microsoft.Extensions.Logging;

namespace Doorbuster.Catalog;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Told {Count} stock pools what an interrupted import had not")]
    public static partial void StockTold(this ILogger log, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Stock pools could not be told of their stock and will be again: {Reason}")]
    public static partial void StockNotTold(this ILogger log, string reason);
}
