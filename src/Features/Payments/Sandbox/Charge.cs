namespace Doorbuster.Payments.Sandbox;

internal enum ChargeState : short { Pending = 0, Captured = 1, Declined = 2 }

/// <summary>The provider's own record of money it is to take.</summary>
internal sealed record Charge
{
    public required string Id { get; init; }
    public required string IdempotencyKey { get; init; }
    public required long AmountMinor { get; init; }
    public required string Currency { get; init; }
    public required string Reference { get; init; }
    public required string Order { get; init; }
    public required ChargeState State { get; init; }
    public required int DelayMs { get; init; }
    public required int Copies { get; init; }
    public required bool Declines { get; init; }
    public bool Reorders { get; init; }

    /// <summary>Where the buyer's browser goes after the decision.</summary>
    public string? ReturnUrl { get; init; }

    public bool IsSameAs(Charge other) =>
        (AmountMinor, Currency, Reference, Order) == (other.AmountMinor, other.Currency, other.Reference, other.Order);
}

/// <summary>A charge as both the shop and the buyer see it.</summary>
internal sealed record ChargeView(
    string Id, string State, long Amount, string Currency, string Reference, string PayUrl, string ApproveUrl,
    string DeclineUrl)
{
    public static ChargeView Of(Charge charge, Uri charges)
    {
        var url = $"{charges}/{charge.Id}";
        var state = charge.State switch
        {
            ChargeState.Captured => "captured",
            ChargeState.Declined => "declined",
            _ => "pending",
        };
        return new(
            charge.Id, state, charge.AmountMinor, charge.Currency, charge.Reference, url, url + "/approve",
            url + "/decline");
    }
}
