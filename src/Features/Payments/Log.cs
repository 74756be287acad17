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

    [LoggerMessage(Level = LogLevel.Warning, Message = "Payments are booked later, a store is away: {Why}")]
    public static partial void BookingPutOff(this ILogger log, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "Booking payments failed, going on in a moment")]
    public static partial void BookingFailed(this ILogger log, Exception error);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "The provider's books differ from ours: {Kind} of payment {Payment}: ours {Ours}, theirs {Theirs}")]
    public static partial void BooksDiffer(this ILogger log, string kind, string payment, string ours, string theirs);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The webhook about {Kind} of payment {Payment} never came; applied from the provider's list")]
    public static partial void WebhookWasMissing(this ILogger log, string kind, string payment);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Compared with the provider up to {To}: {Captures} captures, {Refunds} refunds, {Applied} applied, "
            + "{Differences} differences")]
    public static partial void Reconciled(
        this ILogger log, DateTimeOffset to, long captures, long refunds, int applied, long differences);
}
