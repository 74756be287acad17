using Doorbuster.Contracts.Claims;
using Doorbuster.Contracts.Orders;
using Doorbuster.Orders.Sharding;
using Doorbuster.Platform;
using Npgsql;

namespace Doorbuster.Orders;

/// <summary>
/// A buyer gives an unpaid order back. Its row is locked, so that whoever else would end it waits and finds it cancelled for
/// this reason. Then the claims are released, in the engine's own transaction: a payment that got there before keeps them,
/// and the cancellation loses. A crash after that leaves it to the release's message to cancel.
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

        return await shards.Write(
            Ids.BucketIn(order), transaction => Cancel(transaction, found, reason, cancel), cancel);
    }

    private async Task<CancellingOutcome> Cancel(
        NpgsqlTransaction transaction, Order found, string reason, CancellationToken cancel)
    {
        if (found.Version == 0)    // read from its claim, so perhaps not written yet
            await writes.Insert(transaction, found, requestKey: null, cancel);
        if (await OrderStore.Lock(transaction, found.Id, cancel) is not { } order)
            return CancellingOutcome.Unknown;
        if (order.State == OrderState.Cancelled)
            return CancellingOutcome.Cancelled;
        if (!OrderSteps.May(order.State, OrderState.Cancelled))
            return CancellingOutcome.TooLate;

        foreach (var claim in order.Claims.Reverse())
            if (await claims.Release(claim, cancel) is EndOutcome.Kept)
                return CancellingOutcome.TooLate;
        await writes.Step(transaction, order, OrderState.Cancelled, reason, clock.GetUtcNow(), cancel);
        return CancellingOutcome.Cancelled;
    }
}
