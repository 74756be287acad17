using Microsoft.Extensions.Logging;

namespace Doorbuster.Platform.Jobs;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {Job}: its last run was lost with its process; run {Run} takes over")]
    public static partial void JobTakenOver(this ILogger log, string job, long run);

    [LoggerMessage(Level = LogLevel.Error, Message = "Job {Job} failed in run {Run}")]
    public static partial void JobFailed(this ILogger log, Exception error, string job, long run);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {Job}: run {Run} is not ours any more")]
    public static partial void JobLeaseLost(this ILogger log, string job, long run);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {Job}: the end of run {Run} could not be written: {Why}")]
    public static partial void JobNotFinished(this ILogger log, string job, long run, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The jobs that are due cannot be read, the store is away: {Why}")]
    public static partial void JobsNotRead(this ILogger log, string why);
}
