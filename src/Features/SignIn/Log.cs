using Doorbuster.Contracts.Books;
using Microsoft.Extensions.Logging;

namespace Doorbuster.SignIn;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The cache of calendars is away, the table answers: {Why}")]
    public static partial void CalendarAway(this ILogger log, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "The points of {Key} are not booked: {Outcome}")]
    public static partial void PointsNotBooked(this ILogger log, string key, BookOutcome outcome);

    [LoggerMessage(Level = LogLevel.Information, Message = "Took {Points} expired points back from {People} people")]
    public static partial void PointsExpired(this ILogger log, long points, int people);
}
