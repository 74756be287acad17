using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Doorbuster.UserCenter;

/// <summary>Section <c>UserCenter</c> of the configuration.</summary>
internal sealed class UserCenterOptions
{
    /// <summary>How long one part of the overview may take, counted from when what it needs has ended. Later it is shown from
    /// the cache, old as it is, or left out.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:04")]
    public TimeSpan PartTimeout { get; set; } = TimeSpan.FromMilliseconds(800);

    /// <summary>How long a part is shown from the cache when no event says that it changed.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan PartLife { get; set; } = TimeSpan.FromMinutes(1);
}

[OptionsValidator]
internal sealed partial class UserCenterOptionsValidator : IValidateOptions<UserCenterOptions>;
