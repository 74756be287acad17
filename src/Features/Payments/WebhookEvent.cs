namespace Doorbuster.Payments;

/// <summary>What the provider tells, as agreed between both sides.</summary>
internal sealed record WebhookEvent
{
    public const string Captured = "charge.captured";
    public const string Declined = "charge.declined";
    public const string Refunded = "charge.refunded";

    public required string Type { get; init; }
    public required DateTimeOffset Timestamp { get; init; }
    public required ChargeData Data { get; init; }

    public static bool IsKnown(string type) => type is Captured or Declined or Refunded;

    /// <param name="Reference">Our payment's id, as we gave it.</param>
    /// <param name="Amount">In the currency's minor unit; of the refund where it is about one.</param>
    /// <param name="Refund">The provider's id of the refund.</param>
    /// <param name="RefundReference">Our name of the refund; null when it was made by hand.</param>
    public sealed record ChargeData(
        string Charge, string Reference, string Order, long Amount, string Currency, string? Refund = null,
        string? RefundReference = null);
}
