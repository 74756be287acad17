namespace Doorbuster.Contracts.Payments;

/// <summary>Give money of a payment back, all of it or a part.</summary>
public sealed record RefundPayment
{
    public required long Payment { get; init; }
    public required long Order { get; init; }
    public required long AmountMinor { get; init; }
    public required string Currency { get; init; }

    /// <summary>Names this refund among those of the payment: the same again gives nothing back.</summary>
    public string Refund { get; init; } = "whole";

    /// <summary>Stable reason code, e.g. <c>claim_released</c>.</summary>
    public required string Reason { get; init; }
}
