using Doorbuster.Platform;

namespace Doorbuster.Payments;

/// <summary>A payment as its buyer sees it.</summary>
/// <param name="PayUrl">The provider's page of it, where the buyer decides; null until the provider has
/// answered.</param>
/// <param name="Reason">Why the money went back; null while it did not.</param>
internal sealed record PaymentView(
    string Id, string OrderId, string State, MoneyView Amount, string? PayUrl, string? ApproveUrl, string? DeclineUrl,
    string? Reason, DateTime CreatedAt, DateTime? CapturedAt, DateTime? RefundedAt)
{
    public static PaymentView Of(Payment payment) => new(
        PublicId.Format("pay", payment.Id),
        PublicId.Format("ord", payment.Order),
        PaymentSteps.NameOf(payment.State),
        new(payment.Amount.Minor, payment.Amount.Currency),
        payment.PayUrl,
        payment.PayUrl is null ? null : payment.PayUrl + "/approve",
        payment.PayUrl is null ? null : payment.PayUrl + "/decline",
        payment.Reason,
        payment.MadeAt.UtcDateTime,
        payment.CapturedAt?.UtcDateTime,
        payment.RefundedAt?.UtcDateTime);
}

internal sealed record MoneyView(long Amount, string Currency);
