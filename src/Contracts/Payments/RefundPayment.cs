namespace Doorbuster.Contracts.Payments;

/// <summary>Give the money of a payment back: the units it was for had gone already.</summary>
public sealed record RefundPayment
{
    public required long Payment { get; init; }
    public required long Order { get; init; }
    public required long AmountMinor { get; init; }
    public required string Currency { get; init; }

    /// <summary>Stable reason code, e.g. <c>claim_released</c>.</summary>
    public required string Reason { get; init; }
}
