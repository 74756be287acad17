using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Doorbuster.Platform.Web;

/// <summary>Section <c>Web</c> of the configuration. What is not here is a constant until somebody must turn
/// it.</summary>
public sealed class WebOptions
{
    /// <summary>Most connections open at once; more are closed as they come.</summary>
    [Range(1, 1_000_000)]
    public int ConnectionsMax { get; set; } = 20_000;

    /// <summary>How long a request may take, unless its endpoint says otherwise.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long <c>/readyz</c> says no before the process stops accepting: as long as the load balancer needs
    /// to notice. Nothing, when there is none.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:20")]
    public TimeSpan DrainDelay { get; set; } = TimeSpan.Zero;
}

[OptionsValidator]
internal sealed partial class WebOptionsValidator : IValidateOptions<WebOptions>;
