using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Doorbuster.Platform.Telemetry;

/// <summary>
/// Follows requests through the program. With <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> set, the SDK samples and exports.
/// Without it only what a caller already traces is followed, so that its id reaches the log and the messages; every
/// other request gets no activity at all, which saves each a microsecond.
/// </summary>
internal sealed class Traces(IOptions<TelemetryOptions> options) : IHostedLifecycleService, IDisposable
{
    private const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string AspNetCore = "Microsoft.AspNetCore";
    private const string Ours = "Doorbuster";

    private TracerProvider? _provider;
    private ActivityListener? _listener;

    // Before the server starts, so that the first request is followed too.
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(EndpointVariable)))
            Follow();
        else
            Export();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _provider?.Dispose();    // sends what is buffered
        _listener?.Dispose();
    }

    private void Export() => _provider = Sdk.CreateTracerProviderBuilder()
        .SetResourceBuilder(ResourceBuilder.CreateDefault().AddService(
            options.Value.ServiceName, serviceVersion: typeof(Traces).Assembly.GetName().Version?.ToString(3)))
        .AddSource(AspNetCore, "Npgsql", Ours, Ours + ".*")
        .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.Value.TraceRatio)))
        .AddOtlpExporter()
        .Build();

    private void Follow()
    {
        _listener = new ActivityListener
        {
            // Not to the framework's own source: to be asked about each request costs a quarter microsecond each.
            ShouldListenTo = source =>
                source.Name == Ours || source.Name.StartsWith(Ours + ".", StringComparison.Ordinal),
            Sample = static (ref ActivityCreationOptions<ActivityContext> asked) =>
                (asked.Parent.TraceFlags & ActivityTraceFlags.Recorded) != 0
                    ? ActivitySamplingResult.AllDataAndRecorded
                    : ActivitySamplingResult.None,
        };
        ActivitySource.AddActivityListener(_listener);
    }
}
