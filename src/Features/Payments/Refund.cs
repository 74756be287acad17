namespace Doorbuster.Payments;

/// <summary>Money of a captured payment that goes back, or went.</summary>
/// <param name="Name">Among the refunds of its payment.</param>
/// <param name="ProviderRefund">What the provider calls it; null until it is done.</param>
internal sealed record Refund(
    string Name, long AmountMinor, string Reason, DateTimeOffset AskedAt, string? ProviderRefund = null,
    DateTimeOffset? DoneAt = null)
{
    public const int NameMax = 100;
}

/// <summary>What becomes of a wish to give money back, given what goes back already.</summary>
internal enum RefundDecision
{
    /// <summary>Promise it, then ask the provider.</summary>
    Begin,

    /// <summary>It was promised before: ask the provider again.</summary>
    GoOn,
    DoneAlready,
    NotCaptured,
    OtherCurrency,

    /// <summary>A refund of this name has another amount.</summary>
    NameReused,

    /// <summary>More would go back than was captured.</summary>
    TooMuch,
    TooMany,
}

internal static class Refunds
{
    public const int OfPaymentMax = 100;

    public static RefundDecision Decide(
        Payment payment, IReadOnlyList<Refund> refunds, string name, long amount, string currency)
    {
        if (!payment.IsCaptured)
            return RefundDecision.NotCaptured;
        if (currency != payment.Amount.Currency)
            return RefundDecision.OtherCurrency;
        if (refunds.FirstOrDefault(one => one.Name == name) is { } same)
            return same.AmountMinor != amount ? RefundDecision.NameReused
                : same.DoneAt is null ? RefundDecision.GoOn
                : RefundDecision.DoneAlready;
        if (amount < 0 || amount > payment.Amount.Minor - Promised(refunds))
            return RefundDecision.TooMuch;
        return refunds.Count >= OfPaymentMax ? RefundDecision.TooMany : RefundDecision.Begin;
    }

    /// <summary>What went back and what is on its way.</summary>
    public static long Promised(IEnumerable<Refund> refunds) => refunds.Sum(one => one.AmountMinor);

    public static long Done(IEnumerable<Refund> refunds) => Promised(refunds.Where(one => one.DoneAt is not null));

    /// <summary>Where captured money stands.</summary>
    public static PaymentState StateOf(long amount, IReadOnlyCollection<Refund> refunds) =>
        refunds.Any(one => one.DoneAt is null) ? PaymentState.Refunding
        : refunds.Count == 0 ? PaymentState.Captured
        : Done(refunds) == amount ? PaymentState.Refunded
        : PaymentState.PartlyRefunded;
}
