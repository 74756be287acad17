using Microsoft.Extensions.Logging;

namespace Doorbuster.Payments;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "A payment was put off: {Why}")]
    public static partial void ProviderAway(this ILogger log, string why);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "Webhook {Webhook} of payment {Payment} tells of something else: {Amount} {Currency}. Nothing changed")]
    public static partial void WebhookMismatch(
        this ILogger log, long payment, string webhook, long amount, string currency);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Where the payment sandbox is could not be noted: {Why}")]
    public static partial void AddressNotNoted(this ILogger log, string why);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Webhook {Webhook} was not taken at attempt {Attempt}: {Answer}")]
    public static partial void WebhookNotTaken(this ILogger log, string webhook, int attempt, string answer);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "Webhook {Webhook} was given up after {Attempts} attempts: {Answer}")]
    public static partial void WebhookGivenUp(this ILogger log, string webhook, int attempts, string answer);

    [LoggerMessage(Level = LogLevel.Error, Message = "Sending webhooks failed, going on in a moment")]
    public static partial void SendingFailed(this ILogger log, Exception error);
}
