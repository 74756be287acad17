using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Doorbuster.Webhooks;

internal sealed class WebhooksOptions
{
    /// <summary>Lets endpoints be in our own network and speak http: for a laptop, never where others register
    /// them.</summary>
    public bool AllowPrivate { get; set; }

    /// <summary>How long an endpoint may fail before it is told no more.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "30.00:00:00")]
    public TimeSpan DisableAfter { get; set; } = TimeSpan.FromDays(5);

    /// <summary>How long it is kept what was told.</summary>
    [Range(typeof(TimeSpan), "4.00:00:00", "365.00:00:00")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(30);
}

[OptionsValidator]
internal sealed partial class WebhooksOptionsValidator : IValidateOptions<WebhooksOptions>;
