namespace Doorbuster.Platform.Telemetry;

/// <summary>How long this process's requests took, for who shows it; counted since it began.</summary>
public sealed class RouteTimes
{
    private readonly RequestTimes _times;

    internal RouteTimes(RequestTimes times) => _times = times;

    /// <summary>Upper bounds of the counts, in seconds; one more count is for what took longer.</summary>
    public static IReadOnlyList<double> Bounds => RequestTimes.BoundSeconds;

    /// <summary>Requests of a route by their time, whatever their answer.</summary>
    /// <param name="route">As it was mapped.</param>
    public long[] Count(string method, string route) => _times.Of(method, route).Count();
}
