using Doorbuster.Contracts.Payments;
using Doorbuster.Platform;
using Doorbuster.Platform.Messaging;
using Npgsql;

namespace Doorbuster.Payments;

internal enum NewsOutcome
{
    /// <summary>Something changed here.</summary>
    Taken,

    /// <summary>We knew, or it is none of ours.</summary>
    NoNews,
    UnknownPayment,

    /// <summary>It is about another amount, currency, order or charge than we asked for.</summary>
    Differs,

    /// <summary>It overtook what must come before it: it has to come again.</summary>
    TooEarly,
}

/// <summary>
/// What the provider tells of a payment, by webhook or in its list when a webhook was lost: the payment's step and the
/// message about it, in the caller's transaction. Changes nothing unless it is about exactly what we asked for.
/// </summary>
internal static class ProviderNews
{
    public static async Task<(NewsOutcome Outcome, Payment? Payment)> Take(
        NpgsqlTransaction transaction, WebhookEvent said, CancellationToken cancel)
    {
        if (!WebhookEvent.IsKnown(said.Type))
            return (NewsOutcome.NoNews, null);    // Providers add events; one we do not know is none of ours.
        if (!PublicId.TryParse("pay", said.Data.Reference, out var number)
            || await PaymentStore.Lock(transaction, number, cancel) is not { } payment)
            return (NewsOutcome.UnknownPayment, null);

        var outcome = !IsAbout(payment, said.Data) ? NewsOutcome.Differs
            : said.Type == WebhookEvent.Refunded ? await TakeRefund(transaction, payment, said, cancel)
            : said.Data.Amount != payment.Amount.Minor ? NewsOutcome.Differs
            : await TakeDecision(transaction, payment, said, cancel);
        return (outcome, payment);
    }

    // The webhook may overtake the answer that tells us the charge's name.
    private static bool IsAbout(Payment payment, WebhookEvent.ChargeData said) =>
        said.Currency == payment.Amount.Currency && said.Order == PublicId.Format("ord", payment.Order)
        && (payment.Charge is null || payment.Charge == said.Charge);

    private static async Task<NewsOutcome> TakeDecision(
        NpgsqlTransaction transaction, Payment payment, WebhookEvent said, CancellationToken cancel)
    {
        var to = said.Type == WebhookEvent.Captured ? PaymentState.Captured : PaymentState.Declined;
        if (payment.IsCaptured || !PaymentSteps.May(payment.State, to))
            return NewsOutcome.NoNews;

        await PaymentStore.Step(transaction, payment, to, said.Data.Charge, said.Timestamp, cancel);
        if (to == PaymentState.Captured)
        {
            await Unbooked.File(
                transaction, payment.Id, refund: null, payment.Amount.Minor, payment.Amount.Currency, said.Timestamp,
                cancel);
            await transaction.Publish(
                new PaymentCaptured
                {
                    Payment = payment.Id,
                    Order = payment.Order,
                    Person = payment.Person,
                    AmountMinor = payment.Amount.Minor,
                    Currency = payment.Amount.Currency,
                    CapturedAt = said.Timestamp.ToUniversalTime(),
                }, cancel);
        }
        return NewsOutcome.Taken;
    }

    private static async Task<NewsOutcome> TakeRefund(
        NpgsqlTransaction transaction, Payment payment, WebhookEvent said, CancellationToken cancel)
    {
        if (said.Data.Refund is not { Length: > 0 and <= Refund.NameMax } name)
            return NewsOutcome.Differs;
        if (!payment.IsCaptured)
            return NewsOutcome.TooEarly;

        var refunds = await RefundStore.Of(transaction, payment.Id, cancel);
        var known = refunds.FirstOrDefault(one => one.ProviderRefund == name)
            ?? refunds.FirstOrDefault(one => one.Name == said.Data.RefundReference);
        if (known is not null)
        {
            if (known.AmountMinor != said.Data.Amount || known.ProviderRefund is { } other && other != name)
                return NewsOutcome.Differs;
            if (known.DoneAt is not null)
                return NewsOutcome.NoNews;
            await RefundStore.Finish(
                transaction, payment, known with { ProviderRefund = name, DoneAt = said.Timestamp }, fresh: false, cancel);
            return NewsOutcome.Taken;
        }

        // Made by hand at the provider. One of ours on its way may have promised the same money: the provider will
        // refuse that one, and then this finds room.
        if (said.Data.Amount < 0 || said.Data.Amount > payment.Amount.Minor - Refunds.Done(refunds))
            return NewsOutcome.Differs;
        if (said.Data.Amount > payment.Amount.Minor - Refunds.Promised(refunds))
            return NewsOutcome.TooEarly;
        var byHand = new Refund(name, said.Data.Amount, "by_provider", said.Timestamp, name, said.Timestamp);
        await RefundStore.Finish(transaction, payment, byHand, fresh: true, cancel);
        return NewsOutcome.Taken;
    }
}
