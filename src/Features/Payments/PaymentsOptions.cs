using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Doorbuster.Payments;

internal sealed class PaymentsOptions
{
    /// <summary>
    /// Where the sandbox provider is reached, when that is not the process that asks: <c>http://10.0.0.5:5000</c>.
    /// </summary>
    [Url]
    public string? ProviderUrl { get; set; }

    /// <summary>Where the provider sends its webhooks, when that is not our endpoint beside it.</summary>
    [Url]
    public string? WebhookUrl { get; set; }
}

[OptionsValidator]
internal sealed partial class PaymentsOptionsValidator : IValidateOptions<PaymentsOptions>;
