using Microsoft.Extensions.Logging;

namespace Doorbuster.Claims;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Pool {Pool} began epoch {Epoch} with {Left} units free: {Why}")]
    public static partial void EpochBegun(this ILogger log, long pool, int epoch, long? left, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A batch of {Count} claims on pool {Pool} failed and is split")]
    public static partial void BatchSplit(this ILogger log, long pool, int count, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Claim {Claim} on pool {Pool} cannot be entered")]
    public static partial void ClaimPoisoned(this ILogger log, long pool, long claim, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Pool {Pool} could not be read")]
    public static partial void PoolUnread(this ILogger log, long pool, Exception error);

    [LoggerMessage(Level = LogLevel.Information, Message = "Released {Count} claims whose hold ran out")]
    public static partial void ClaimsExpired(this ILogger log, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pool {Pool} drifted by {Drift} units; a new epoch begins")]
    public static partial void PoolDrifted(this ILogger log, long pool, long drift);

    [LoggerMessage(Level = LogLevel.Information, Message = "Entered {Count} claims of pool {Pool} that a lost process had left at the gate")]
    public static partial void LeftoversEntered(this ILogger log, long pool, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Job} waits: {Reason}")]
    public static partial void JobWaits(this ILogger log, string job, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Job} failed and goes on")]
    public static partial void JobFailed(this ILogger log, string job, Exception error);
}
