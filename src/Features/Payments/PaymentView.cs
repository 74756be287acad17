using Doorbuster.Platform;

namespace Doorbuster.Payments;

/// <summary>A payment as its buyer sees it.</summary>
/// <param name="PayUrl">The provider's page of it, where the buyer decides; null until the provider has
/// answered.</param>
/// <param name="Refunded">How much of it went back.</param>
/// <param name="Reason">Why money went back first; null while none did.</param>
internal sealed record PaymentView(
    string Id, string OrderId, string State, MoneyView Amount, MoneyView Refunded, string? PayUrl, string? ApproveUrl,
    string? DeclineUrl, string? Reason, DateTime CreatedAt, DateTime? CapturedAt, DateTime? RefundedAt,
    IReadOnlyList<RefundedView> Refunds)
{
    public static PaymentView Of(Payment payment, IEnumerable<Refund> refunds) => new(
        PublicId.Format("pay", payment.Id),
        PublicId.Format("ord", payment.Order),
        PaymentSteps.NameOf(payment.State),
        MoneyView.Of(payment.Amount),
        new(payment.RefundedMinor, payment.Amount.Currency),
        payment.PayUrl,
        payment.PayUrl is null ? null : payment.PayUrl + "/approve",
        payment.PayUrl is null ? null : payment.PayUrl + "/decline",
        payment.Reason,
        payment.MadeAt.UtcDateTime,
        payment.CapturedAt?.UtcDateTime,
        payment.RefundedAt?.UtcDateTime,
        [.. refunds.Select(refund => new RefundedView(
            refund.Name, new(refund.AmountMinor, payment.Amount.Currency), refund.Reason, refund.AskedAt.UtcDateTime,
            refund.DoneAt?.UtcDateTime))]);
}

/// <param name="Name">Among the refunds of the payment.</param>
/// <param name="RefundedAt">When the provider gave it back; null while it is on its way.</param>
internal sealed record RefundedView(
    string Name, MoneyView Amount, string Reason, DateTime CreatedAt, DateTime? RefundedAt);
