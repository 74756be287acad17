using Microsoft.Extensions.Logging;

namespace Doorbuster.Storefront;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "A page could not be made anew; its last form was shown")]
    public static partial void OldPageShown(this ILogger log, Exception error);
}
