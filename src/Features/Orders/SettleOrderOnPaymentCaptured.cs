using Doorbuster.Contracts.Claims;
using Doorbuster.Contracts.Payments;
using Doorbuster.Orders.Sharding;
using Doorbuster.Platform.Messaging;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Doorbuster.Orders;

/// <summary>
/// Money came in for an order. The claims are kept first, in the engine's own transaction: keep and release exclude
/// each other there, so exactly one of payment and release wins. Only then the order is paid; when it cannot be, the
/// money goes back by a message of this transaction. A crash in between repeats all of it, to the same end.
/// </summary>
internal sealed class SettleOrderOnPaymentCaptured(
    OrderShards shards, IClaims claims, OrderLookup lookup, OrderWrites writes, TimeProvider clock,
    ILogger<SettleOrderOnPaymentCaptured> log)
    : IBatchConsumer<PaymentCaptured>
{
    public Task Consume(PaymentCaptured message, NpgsqlTransaction transaction, CancellationToken cancel) =>
        shards.Consume(transaction, message.Order, shard => Settle(message, shard, cancel), cancel);

    /// <summary>
    /// Under load nearly all are the one payment of an order that waits for it: their claims are kept in one step and the
    /// orders paid in one statement. What is not so plain goes the long way, each for itself.
    /// </summary>
    public async Task Consume(
        IReadOnlyList<PaymentCaptured> messages, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        var others = messages;
        if (shards.IsOne)
        {
            var orders = (await OrderStore.LockMany(
                transaction, [.. messages.Select(message => message.Order)], cancel)).ToDictionary(order => order.Id);
            var plain = messages.GroupBy(message => message.Order).Where(same => same.Count() == 1)
                .Select(same => same.Single())
                .Where(message => orders.TryGetValue(message.Order, out var order) && Matches(message, order)).ToList();
            if (plain.Count > 1 && await claims.KeepAll(
                [.. plain.SelectMany(message => orders[message.Order].Claims).Order()], cancel) == EndOutcome.Done)
            {
                await writes.Pay(
                    transaction, plain.ConvertAll(message => (orders[message.Order], message.Payment, message.CapturedAt)),
                    cancel);
                others = [.. messages.Except(plain)];
            }
        }
        foreach (var message in others)
            await Consume(message, transaction, cancel);
    }

    private static bool Matches(PaymentCaptured message, Order order) => order.State == OrderState.Placed
        && order.Person == message.Person && order.Payment is null
        && order.Total.Minor == message.AmountMinor && order.Total.Currency == message.Currency;

    private async Task Settle(PaymentCaptured message, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        // Whoever else would end this order (a cancellation, a release, a second payment) waits here.
        var order = await LockOrWrite(message, transaction, cancel);
        switch (order)
        {
            case null:
                await Refund(message, "unknown_order", transaction, cancel);
                return;
            case { Payment: { } paid } when paid == message.Payment:
                return;
            case not { State: OrderState.Placed }:
                var why = order.State == OrderState.Cancelled ? "order_cancelled" : "order_paid_already";
                await Refund(message, why, transaction, cancel);
                return;
        }
        if (order.Total.Minor != message.AmountMinor || order.Total.Currency != message.Currency)
        {
            await Refund(message, "amount_differs", transaction, cancel);
            return;
        }

        switch (await claims.KeepAll([.. order.Claims], cancel))
        {
            case EndOutcome.Done or EndOutcome.AlreadyDone:
                await writes.Step(
                    transaction, order, OrderState.Paid, Reasons.Paid, message.CapturedAt, cancel, message.Payment);
                return;
            case EndOutcome.Released:
                await GiveUp(order, transaction, cancel);
                await Refund(message, Reasons.ClaimReleased, transaction, cancel);
                return;
            case var outcome:
                throw new InvalidOperationException($"Keeping the claims of order {order.Id} ended as {outcome}.");
        }
    }

    // One line's units are gone: the others go back too.
    private async Task GiveUp(Order order, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        foreach (var claim in order.Claims)
            if (await claims.Release(claim, cancel) is EndOutcome.Kept)
                log.ClaimKeptInCancelledOrder(claim, order.Id);
        await writes.Step(transaction, order, OrderState.Cancelled, Reasons.ClaimReleased, clock.GetUtcNow(), cancel);
    }

    private async Task<Order?> LockOrWrite(
        PaymentCaptured message, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        if (await OrderStore.Lock(transaction, message.Order, cancel) is { } written)
            return written.Person == message.Person ? written : null;

        // The payment overtook the message that writes the order: write it from its claim.
        if (await lookup.FindByClaim(message.Order, message.Person, cancel) is not { } unwritten)
            return null;
        await writes.Insert(transaction, unwritten with { State = OrderState.Placed }, requestKey: null, cancel);
        return await OrderStore.Lock(transaction, message.Order, cancel);
    }

    private async Task Refund(
        PaymentCaptured message, string reason, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        log.PaymentSentBack(message.Payment, message.Order, reason);
        await transaction.Publish(
            new RefundPayment
            {
                Payment = message.Payment,
                Order = message.Order,
                AmountMinor = message.AmountMinor,
                Currency = message.Currency,
                Reason = reason,
            }, cancel);
    }
}
