using Microsoft.Extensions.Logging;

namespace Doorbuster.Webhooks;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Error,
        Message = "Webhook endpoint {Endpoint} is told no more ({Reason}): enable it again when it is repaired")]
    public static partial void EndpointDisabled(this ILogger log, string endpoint, string reason);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Webhook {Webhook} was given up at endpoint {Endpoint} after {Attempts} attempts: {Answer}")]
    public static partial void DeliveryGivenUp(
        this ILogger log, string webhook, string endpoint, int attempts, string answer);

    [LoggerMessage(Level = LogLevel.Error, Message = "Sending webhooks failed, going on in a moment")]
    public static partial void SendingFailed(this ILogger log, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Webhooks are sent later, a store is away: {Why}")]
    public static partial void SendingPutOff(this ILogger log, string why);
}
