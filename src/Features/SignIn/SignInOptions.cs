using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Doorbuster.SignIn;

/// <summary>Section <c>SignIn</c> of the configuration.</summary>
internal sealed class SignInOptions : IValidatableObject
{
    private static readonly int[] RewardsDefault = [10, 10, 15, 15, 20, 20, 50];

    /// <summary>The shop's zone, an IANA name: its midnight ends the day of people who name none, and the life of points.</summary>
    [Required]
    public string TimeZone { get; set; } = "UTC";

    /// <summary>Whether a person's own midnight counts, for those who name a zone in their profile.</summary>
    public bool UsePersonZone { get; set; } = true;

    /// <summary>Points for the first, second, … day of a streak; after the last it begins again. Empty: 10, 10, 15, 15, 20,
    /// 20, 50.</summary>
    [MaxLength(31)]
    public int[] Rewards { get; set; } = [];

    /// <summary>Days after which points are no longer there.</summary>
    [Range(1, 3_650)]
    public int PointsLifeDays { get; set; } = 365;

    public TimeZoneInfo ShopZone => TimeZoneInfo.FindSystemTimeZoneById(TimeZone);

    public int RewardOf(int streak)
    {
        var table = Rewards.Length > 0 ? Rewards : RewardsDefault;
        return table[(streak - 1) % table.Length];
    }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
            yield return new($"SignIn:TimeZone: this machine knows no zone '{TimeZone}'.", [nameof(TimeZone)]);
        if (Rewards.Any(points => points is < 0 or > 1_000_000))
            yield return new("SignIn:Rewards: points must be 0 to 1000000.", [nameof(Rewards)]);
    }
}

[OptionsValidator]
internal sealed partial class SignInOptionsValidator : IValidateOptions<SignInOptions>;
