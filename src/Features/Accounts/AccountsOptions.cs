using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Doorbuster.Accounts;

/// <summary>Section <c>Accounts</c> of the configuration.</summary>
internal sealed class AccountsOptions
{
    /// <summary>Guests one address may become in a minute, at once or spread over it.</summary>
    [Range(1, 100_000_000)]
    public int GuestsPerMinute { get; set; } = 300;    // an office behind one address
}

[OptionsValidator]
internal sealed partial class AccountsOptionsValidator : IValidateOptions<AccountsOptions>;
