namespace Doorbuster.Contracts.Payments;

/// <summary>The provider took the money for an order.</summary>
public sealed record PaymentCaptured
{
    public required long Payment { get; init; }
    public required long Order { get; init; }
    public required long Person { get; init; }
    public required long AmountMinor { get; init; }
    public required string Currency { get; init; }
    public required DateTimeOffset CapturedAt { get; init; }
}
