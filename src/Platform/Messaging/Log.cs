using Microsoft.Extensions.Logging;

namespace Doorbuster.Platform.Messaging;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Consumer} failed on message {Message}, attempt {Attempt} of {AttemptsMax}")]
    public static partial void ConsumerFailed(
        this ILogger log, Exception error, string consumer, long message, int attempt, int attemptsMax);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Consumer} puts message {Message} off: {Reason}")]
    public static partial void ConsumerPutOff(this ILogger log, string consumer, long message, string reason);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "{Consumer} failed on {Count} messages together and gets them one by one: {Reason}")]
    public static partial void BatchFailed(this ILogger log, string consumer, int count, string reason);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "{Type} {Message} is dead for {Consumer} after {Attempts} attempts; see queue dead list")]
    public static partial void MessageDied(this ILogger log, string type, long message, string consumer, int attempts);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The outbox is out of reach, trying on: {Reason}")]
    public static partial void OutboxAway(this ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The outbox is back")]
    public static partial void OutboxBack(this ILogger log);

    [LoggerMessage(Level = LogLevel.Information, Message = "Dispatching messages to {Consumers} consumers")]
    public static partial void Dispatching(this ILogger log, int consumers);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Count} messages were still being handled when time was up; they come again")]
    public static partial void MessagesAbandoned(this ILogger log, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "Message {Message} could not be delivered; it is tried again")]
    public static partial void DeliveryFailed(this ILogger log, Exception error, long message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The queue could not be looked after: {Reason}")]
    public static partial void KeeperFailed(this ILogger log, string reason);
}
