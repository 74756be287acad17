using Doorbuster.Contracts.Claims;
using Doorbuster.Contracts.Orders;
using Doorbuster.Orders.Sharding;
using Doorbuster.Platform;

namespace Doorbuster.Orders;

/// <summary>
/// A buyer gives an unpaid order back. The claims are released first, in the engine's own transaction: a payment that
/// got there before keeps them, and the cancellation loses. A crash after that leaves it to the release's message to
/// cancel.
/// </summary>
internal sealed class OrderCancelling(
    OrderShards shards, OrderLookup orders, IClaims claims, OrderWrites writes, TimeProvider clock) : IOrderCancelling
{
    public Task<CancellingOutcome> Cancel(long order, long person, CancellationToken cancel) =>
        Cancel(order, person, Reasons.CancelledByBuyer, cancel);

    public async Task<CancellingOutcome> Cancel(long order, long person, string reason, CancellationToken cancel)
    {
        if (await orders.Find(order, person, cancel) is not { } found)
            return CancellingOutcome.Unknown;
        if (found is { State: OrderState.Cancelled, Version: > 0 })
            return CancellingOutcome.Cancelled;
        // Read from its released claim, it may be written as placed this moment: whoever is told "cancelled" finds it so.
        if (found.State == OrderState.Cancelled)
            found = found with { State = OrderState.Placed };
        if (!OrderSteps.May(found.State, OrderState.Cancelled))
            return CancellingOutcome.TooLate;

        foreach (var claim in found.Claims.Reverse())
            if (await claims.Release(claim, cancel) is EndOutcome.Kept)
                return CancellingOutcome.TooLate;
        await File(found, reason, clock.GetUtcNow(), cancel);
        return CancellingOutcome.Cancelled;
    }

    private Task<bool> File(Order order, string reason, DateTimeOffset now, CancellationToken cancel) =>
        shards.Write(Ids.BucketIn(order.Id), async transaction =>
        {
            if (order.Version == 0)    // read from its claim, so perhaps not written yet
                await writes.Insert(transaction, order, requestKey: null, cancel);
            return await OrderStore.Lock(transaction, order.Id, cancel) is { } locked
                && await writes.Step(transaction, locked, OrderState.Cancelled, reason, now, cancel);
        }, cancel);
}
