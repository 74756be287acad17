using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Doorbuster.Carts;

/// <summary>Section <c>Carts</c> of the configuration.</summary>
internal sealed class CartsOptions
{
    /// <summary>How long a quote is good for.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "1.00:00:00")]
    public TimeSpan QuoteLife { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// How long whoever makes an order has it to himself before it counts as left in the middle. Longer than its steps may
    /// take together; should somebody sleep longer still, the number of the attempt tells him that he is late.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan OrderLease { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>What a point pays, in minor units of any currency.</summary>
    [Range(1, 1_000_000)]
    public long PointWorthMinor { get; set; } = 1;
}

[OptionsValidator]
internal sealed partial class CartsOptionsValidator : IValidateOptions<CartsOptions>;
