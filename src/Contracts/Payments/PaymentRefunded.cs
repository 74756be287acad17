namespace Doorbuster.Contracts.Payments;

/// <summary>The provider gave money of a payment back, whole or in part.</summary>
public sealed record PaymentRefunded
{
    /// <summary>Unique for each refund of a payment.</summary>
    public required string Refund { get; init; }
    public required long Payment { get; init; }
    public required long Order { get; init; }
    public required long Person { get; init; }
    public required long AmountMinor { get; init; }
    public required string Currency { get; init; }
    public required DateTimeOffset RefundedAt { get; init; }
}
