using Microsoft.Extensions.Logging;

namespace Doorbuster.Platform.Postgres;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "This process is node {Number}")]
    public static partial void NodeNumberTaken(this ILogger log, int number);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Node number {Lost} was lost; this process is node {Number} now")]
    public static partial void NodeNumberLost(this ILogger log, int lost, int number);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The node number's lease could not be renewed, trying on: {Reason}")]
    public static partial void NodeLeaseNotRenewed(this ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The node number could not be released: {Reason}")]
    public static partial void NodeNumberNotReleased(this ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Notifications from PostgreSQL are lost, connecting again: {Reason}")]
    public static partial void ListenerLost(this ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Notifications from PostgreSQL are back")]
    public static partial void ListenerBack(this ILogger log);

    [LoggerMessage(Level = LogLevel.Error, Message = "A subscriber of PostgreSQL's channel {Channel} failed")]
    public static partial void SubscriberFailed(this ILogger log, Exception error, string channel);
}
