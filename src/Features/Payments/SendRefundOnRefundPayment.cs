using Doorbuster.Contracts.Payments;
using Doorbuster.Platform.Messaging;
using Npgsql;

namespace Doorbuster.Payments;

/// <summary>
/// Gives a payment's money back. In phases: note that it is to go back; tell the provider, under a key of the payment;
/// note that it went. A crash anywhere repeats it, and the provider refunds a key once.
/// </summary>
internal sealed class SendRefundOnRefundPayment(
    PaymentStore store, PaymentProvider provider, PaymentCounts counts, TimeProvider clock) : IConsumer<RefundPayment>
{
    public async Task Consume(RefundPayment message, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        // On a connection of its own: it must be known before the provider is.
        if (await store.BeginRefund(message.Payment, message.Reason, cancel) is not { } payment)
        {
            if (await store.FindForUs(message.Payment, cancel) is { State: PaymentState.Refunded })
                return;
            throw new InvalidOperationException($"Payment {message.Payment} has no money that could go back.");
        }
        await provider.Refund(payment, cancel);
        await PaymentStore.EndRefund(transaction, payment.Id, clock.GetUtcNow(), cancel);
        counts.Entered(PaymentState.Refunded);
    }
}
