using System.Net;
using System.Text;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Doorbuster.Platform.Telemetry;

/// <summary>The OpenTelemetry SDK over the meters we know, and the times of requests, read by
/// <c>GET /metrics</c>.</summary>
internal sealed class Metrics : IDisposable
{
    private static readonly string[] Meters =
    [
        "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", "Npgsql", "Doorbuster.*",
    ];

    private const int CollectTimeoutMs = 5_000;

    private readonly Lock _lock = new();
    private readonly PrometheusExporter _exporter = new();
    private readonly BaseExportingMetricReader _reader;
    private readonly MeterProvider _provider;

    private readonly RequestTimes _requests;

    public Metrics(RequestTimes requests)
    {
        _requests = requests;
        _reader = new BaseExportingMetricReader(_exporter)
        {
            TemporalityPreference = MetricReaderTemporalityPreference.Cumulative,
        };
        _provider = Sdk.CreateMeterProviderBuilder().AddMeter(Meters).AddReader(_reader).Build();
    }

    /// <summary>Everything measured so far, as Prometheus text.</summary>
    public string Collect()
    {
        lock (_lock)    // The SDK collects into one place; two scrapes take turns.
        {
            _reader.Collect(CollectTimeoutMs);
            var text = new StringBuilder(_exporter.Text);
            _requests.WriteTo(text);
            return text.ToString();
        }
    }

    public void Dispose() => _provider.Dispose();

    public static void Map(IEndpointRouteBuilder routes)
    {
        var metrics = routes.ServiceProvider.GetRequiredService<Metrics>();
        routes.MapGet("/metrics", IResult (HttpContext http) => IsOurOwn(http)
                ? TypedResults.Text(Encoding.UTF8.GetBytes(metrics.Collect()), PrometheusText.ContentType)
                : WebProblems.NotFound)
            .ForAnyone().ExcludeFromDescription();
    }

    // Figures are for the operator: direct callers from private networks, not what a proxy passes on from outside.
    private static bool IsOurOwn(HttpContext http) =>
        !http.Request.Headers.ContainsKey("X-Forwarded-For") && !http.Request.Headers.ContainsKey("Forwarded")
        && (http.Connection.RemoteIpAddress is not { } address || IsPrivate(address));

    internal static bool IsPrivate(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (IPAddress.IsLoopback(address) || address.IsIPv6UniqueLocal || address.IsIPv6LinkLocal)
            return true;
        return address.GetAddressBytes() switch
        {
            [10, _, _, _] => true,
            [172, >= 16 and <= 31, _, _] => true,
            [192, 168, _, _] => true,
            [169, 254, _, _] => true,
            _ => false,
        };
    }
}
