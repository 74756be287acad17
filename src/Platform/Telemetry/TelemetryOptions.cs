using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Doorbuster.Platform.Telemetry;

/// <summary>Section <c>Telemetry</c> of the configuration. Where traces go is said by OpenTelemetry's own
/// <c>OTEL_EXPORTER_OTLP_*</c> variables; without them none are made.</summary>
public sealed class TelemetryOptions
{
    /// <summary>The share of requests that is traced when the caller has not decided.</summary>
    [Range(0.0, 1.0)]
    public double TraceRatio { get; set; } = 0.01;

    /// <summary><c>service.name</c> of this process.</summary>
    [Required]
    public string ServiceName { get; set; } = "doorbuster";
}

[OptionsValidator]
internal sealed partial class TelemetryOptionsValidator : IValidateOptions<TelemetryOptions>;
