using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Doorbuster.Platform.Telemetry;

/// <summary>
/// How long requests took, by route and status: OpenTelemetry's <c>http.server.request.duration</c>, counted by us. The
/// framework's meter through the SDK costs each request half a microsecond to sort and hash its tags; here they are
/// known in advance.
/// </summary>
internal sealed class RequestTimes
{
    private static readonly double[] Bounds =
        [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];    // s

    private static readonly long[] BoundTicks = [.. Bounds.Select(bound => (long)(bound * Stopwatch.Frequency))];

    public static IReadOnlyList<double> BoundSeconds => Bounds;

    private readonly ConcurrentDictionary<(string Method, string Route), OfRoute> _routes = new();
    private long _waiting;

    public OfRoute Of(string method, string route) => _routes.GetOrAdd((method, route), _ => new OfRoute());

    /// <summary>A request has to wait for something; those that never wait are over at once.</summary>
    public void Enter() => Interlocked.Increment(ref _waiting);

    public void Leave() => Interlocked.Decrement(ref _waiting);

    public void WriteTo(StringBuilder text)
    {
        text.Append("# HELP http_server_active_requests Requests that wait for something now.\n");
        text.Append("# TYPE http_server_active_requests gauge\n");
        text.Append(CultureInfo.InvariantCulture, $"http_server_active_requests {Interlocked.Read(ref _waiting)}\n");
        text.Append("# HELP http_server_request_duration_seconds Duration of HTTP server requests.\n");
        text.Append("# TYPE http_server_request_duration_seconds histogram\n");
        var routes = _routes.OrderBy(row => row.Key.Route, StringComparer.Ordinal)
            .ThenBy(row => row.Key.Method, StringComparer.Ordinal);
        foreach (var ((method, route), times) in routes)
        {
            var labels = new StringBuilder();
            if (method.Length > 0)
                labels.Append("http_request_method=\"").Append(method).Append("\",");
            if (route.Length > 0)
            {
                labels.Append("http_route=\"");
                PrometheusText.AppendLabelValue(labels, route);
                labels.Append("\",");
            }
            times.WriteTo(text, labels.ToString());
        }
    }

    /// <summary>The times of one method and route.</summary>
    internal sealed class OfRoute
    {
        private const int StatusMin = 100;
        private const int StatusMax = 599;

        // Per status a count for each bound, one for what is beyond, and the sum of ticks.
        private readonly long[]?[] _byStatus = new long[]?[StatusMax - StatusMin + 1];

        public void Record(int status, long ticks)
        {
            var at = Math.Clamp(status, StatusMin, StatusMax) - StatusMin;
            var counts = Volatile.Read(ref _byStatus[at]) ?? Begin(at);
            var bucket = 0;
            while (bucket < BoundTicks.Length && ticks > BoundTicks[bucket])
                bucket++;
            Interlocked.Increment(ref counts[bucket]);
            Interlocked.Add(ref counts[^1], ticks);
        }

        /// <summary>By bound, whatever the status; the last is for what is beyond.</summary>
        public long[] Count()
        {
            var sum = new long[Bounds.Length + 1];
            foreach (var counts in _byStatus)
                if (counts is not null)
                    for (var bucket = 0; bucket < sum.Length; bucket++)
                        sum[bucket] += Interlocked.Read(ref counts[bucket]);
            return sum;
        }

        public void WriteTo(StringBuilder text, string labels)
        {
            for (var at = 0; at < _byStatus.Length; at++)
            {
                if (Volatile.Read(ref _byStatus[at]) is not { } counts)
                    continue;
                var all = string.Create(CultureInfo.InvariantCulture,
                    $"{labels}http_response_status_code=\"{at + StatusMin}\"");
                long below = 0;
                for (var bucket = 0; bucket <= Bounds.Length; bucket++)
                {
                    below += Interlocked.Read(ref counts[bucket]);
                    var bound = bucket < Bounds.Length ? PrometheusText.Number(Bounds[bucket]) : "+Inf";
                    text.Append(CultureInfo.InvariantCulture,
                        $"http_server_request_duration_seconds_bucket{{{all},le=\"{bound}\"}} {below}\n");
                }
                var seconds = Interlocked.Read(ref counts[^1]) / (double)Stopwatch.Frequency;
                text.Append(CultureInfo.InvariantCulture,
                    $"http_server_request_duration_seconds_sum{{{all}}} {PrometheusText.Number(seconds)}\n");
                text.Append(CultureInfo.InvariantCulture,
                    $"http_server_request_duration_seconds_count{{{all}}} {below}\n");
            }
        }

        private long[] Begin(int at)
        {
            var fresh = new long[Bounds.Length + 2];
            return Interlocked.CompareExchange(ref _byStatus[at], fresh, null) ?? fresh;
        }
    }
}
