using Microsoft.Extensions.Logging;

namespace Doorbuster.Accounts;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Session keys could not be read again, the known ones stay: {Reason}")]
    public static partial void KeysNotRefreshed(this ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Told Redis of {Count} ended sessions it had missed")]
    public static partial void EndingsFinished(this ILogger log, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Cleaning of sessions failed and is tried again: {Reason}")]
    public static partial void EndingsPutOff(this ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Password hash of person {Person} renewed with {Iterations} iterations")]
    public static partial void PasswordRehashed(this ILogger log, long person, int iterations);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Groups of customers could not be read again, what is known stays: {Reason}")]
    public static partial void GroupsNotRefreshed(this ILogger log, string reason);
}
