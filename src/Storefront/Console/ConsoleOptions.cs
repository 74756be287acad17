using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Doorbuster.Storefront.Console;

/// <summary>Section <c>Console</c> of the configuration.</summary>
public sealed class ConsoleOptions
{
    /// <summary>How long after giving the password it is asked for again, whatever somebody wants.</summary>
    [Range(typeof(TimeSpan), "00:05:00", "12:00:00")]
    public TimeSpan SessionLife { get; set; } = TimeSpan.FromHours(2);

    /// <summary>How long after giving the password it is asked for again before something that cannot be taken back.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan ConfirmAfter { get; set; } = TimeSpan.FromMinutes(5);
}

[OptionsValidator]
internal sealed partial class ConsoleOptionsValidator : IValidateOptions<ConsoleOptions>;
