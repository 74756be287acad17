using Doorbuster.Contracts.Orders;
using Doorbuster.Orders.Sharding;
using Doorbuster.Platform.Messaging;
using Npgsql;

namespace Doorbuster.Orders;

/// <summary>The shop takes an order back as its buyer could: unpaid, its units; paid and not shipped, its money.</summary>
internal sealed class TakeBackOnTakeOrderBack(OrderShards shards, OrderCancelling cancelling, OrderRefunds refunds)
    : IConsumer<TakeOrderBack>
{
    public async Task Consume(TakeOrderBack message, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        if (await cancelling.Cancel(message.Order, message.Person, message.Reason, cancel) == CancellingOutcome.TooLate)
            await shards.Consume(transaction, message.Order, shard => GiveBack(message, shard, cancel), cancel);
    }

    private async Task GiveBack(TakeOrderBack message, NpgsqlTransaction shard, CancellationToken cancel)
    {
        var isBack = await CancelOrder.CancelPaid(
            shard, message.Order, message.Person, refunds, message.Reason, cancel);
        // Its claims are kept and it is not paid yet: the payment is being written this moment.
        if (!isBack && await OrderStore.Lock(shard, message.Order, cancel) is { State: OrderState.Placed })
            throw new InvalidOperationException($"Order {message.Order} is just being paid; try again.");
    }
}
