namespace Doorbuster.Payments;

/// <summary>What the provider tells, as agreed between both sides.</summary>
internal sealed record WebhookEvent
{
    public const string Captured = "charge.captured";
    public const string Declined = "charge.declined";

    public required string Type { get; init; }
    public required DateTimeOffset Timestamp { get; init; }
    public required ChargeData Data { get; init; }

    /// <param name="Reference">Our payment's id, as we gave it.</param>
    /// <param name="Amount">In the currency's minor unit.</param>
    public sealed record ChargeData(string Charge, string Reference, string Order, long Amount, string Currency);
}
