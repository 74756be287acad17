namespace Doorbuster.Platform.Redis;

/// <summary>Which of the server's refusals mean "not now".</summary>
internal static class RedisErrors
{
    private static readonly string[] Away =
    [
        "MISCONF", "READONLY", "MASTERDOWN", "NOREPLICAS", "OOM", "BUSY", "CLUSTERDOWN", "TRYAGAIN",
        "ERR max number of clients",
    ];

    /// <summary>It accepts connections but reads its files still: nothing else can be asked of it.</summary>
    public static bool IsStarting(string message) => message.StartsWith("LOADING", StringComparison.Ordinal);

    public static bool IsAway(string message) =>
        IsStarting(message) || Away.Any(start => message.StartsWith(start, StringComparison.Ordinal));
}
