using Microsoft.Extensions.Logging;

namespace Doorbuster.Notices;

internal static partial class Log
{
    [LoggerMessage(
        Level = LogLevel.Warning, Message = "The mail of notice {Notice} was refused, attempt {Attempt} of {Max}: {Why}")]
    public static partial void MailRefused(this ILogger log, string notice, int attempt, int max, string why);
}
