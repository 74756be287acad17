using Doorbuster.Contracts.Payments;
using Doorbuster.Orders.Sharding;
using Doorbuster.Platform.Messaging;
using Npgsql;

namespace Doorbuster.Orders;

/// <summary>
/// Money of an order went back. What went back of a payment that did not pay the order (too late, or a second one) is
/// none of its money.
/// </summary>
internal sealed class CountRefundOnPaymentRefunded(OrderShards shards, OrderRefunds refunds)
    : IConsumer<PaymentRefunded>
{
    public Task Consume(PaymentRefunded message, NpgsqlTransaction transaction, CancellationToken cancel) =>
        shards.Consume(transaction, message.Order, async shard =>
        {
            if (await OrderStore.Lock(shard, message.Order, cancel) is { } order && order.Payment == message.Payment)
                await refunds.Settle(shard, order, message, cancel);
        }, cancel);
}
