using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Doorbuster.Platform.Messaging;

public sealed class MessagingOptions
{
    /// <summary>Messages handled at the same time in one process.</summary>
    [Range(1, 32)]
    public int Workers { get; set; } = Math.Clamp(Environment.ProcessorCount, 2, 8);

    /// <summary>How often a message is tried before it goes to the dead letters.</summary>
    [Range(1, 20)]
    public int AttemptsMax { get; set; } = 8;

    /// <summary>Before the second attempt; doubles with each, up to a minute, more or less by half.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan Backoff { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long one consumer may take for one message.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan HandlerTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long it is known which messages were handled. Longer than a message can be on its way.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "30.00:00:00")]
    public TimeSpan InboxRetention { get; set; } = TimeSpan.FromDays(2);
}

[OptionsValidator]
internal sealed partial class MessagingOptionsValidator : IValidateOptions<MessagingOptions>;
