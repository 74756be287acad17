using Doorbuster.Contracts.Payments;
using Doorbuster.Platform.Messaging;
using Npgsql;

namespace Doorbuster.Payments;

/// <summary>
/// Gives money of a payment back. In phases: promise it; tell the provider, under a key of the refund; note that it
/// went. A crash anywhere repeats it, and the provider refunds a key once.
/// </summary>
internal sealed class SendRefundOnRefundPayment(
    RefundStore store, PaymentProvider provider, PaymentCounts counts, TimeProvider clock) : IConsumer<RefundPayment>
{
    public async Task Consume(RefundPayment message, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        // On a connection of its own: it must be known before the provider is asked.
        var (decision, payment) = await store.Begin(message, clock.GetUtcNow(), cancel);
        if (decision == RefundDecision.DoneAlready)
            return;
        if (decision is not (RefundDecision.Begin or RefundDecision.GoOn))
            throw new InvalidOperationException(
                $"Refund {message.Refund} of {message.AmountMinor} {message.Currency} of payment {message.Payment} "
                + $"cannot be made: {decision}.");

        if (await provider.Refund(payment!, message.Refund, message.AmountMinor, cancel) is not { } given)
        {
            await store.Withdraw(message.Payment, message.Refund, cancel);
            throw new InvalidOperationException(
                $"The provider refused refund {message.Refund} of {message.AmountMinor} {message.Currency} of payment "
                + $"{message.Payment}.");
        }

        // Its webhook may have told us meanwhile; then this finds it done.
        var locked = (await PaymentStore.Lock(transaction, message.Payment, cancel))!;
        await RefundStore.Finish(
            transaction, locked,
            new Refund(message.Refund, message.AmountMinor, message.Reason, given.CreatedAt, given.Id, given.CreatedAt),
            fresh: false, cancel);
        counts.Entered(WebhookEvent.Refunded);
    }
}
