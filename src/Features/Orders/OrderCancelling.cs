using Doorbuster.Contracts.Claims;
using Doorbuster.Contracts.Orders;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.Orders;

/// <summary>
/// A buyer gives an unpaid order back. The claims are released first, in the engine's own transaction: a payment that
/// got there before keeps them, and the cancellation loses. A crash after that leaves it to the release's message to
/// cancel.
/// </summary>
internal sealed class OrderCancelling(
    [FromKeyedServices(OrdersFeature.SchemaName)] NpgsqlDataSource db, OrderLookup orders, IClaims claims,
    OrderWrites writes, TimeProvider clock) : IOrderCancelling
{
    public async Task<CancellingOutcome> Cancel(long order, long person, CancellationToken cancel)
    {
        if (await orders.Find(order, person, cancel) is not { } found)
            return CancellingOutcome.Unknown;
        if (found.State == OrderState.Cancelled)
            return CancellingOutcome.Cancelled;
        if (!OrderSteps.May(found.State, OrderState.Cancelled))
            return CancellingOutcome.TooLate;

        foreach (var claim in found.Claims.Reverse())
            if (await claims.Release(claim, cancel) is EndOutcome.Kept)
                return CancellingOutcome.TooLate;
        await File(found, clock.GetUtcNow(), cancel);
        return CancellingOutcome.Cancelled;
    }

    private async Task File(Order order, DateTimeOffset now, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (order.Version == 0)    // read from its claim, so perhaps not written yet
            await writes.Insert(transaction, order, requestKey: null, cancel);
        if (await OrderStore.Lock(transaction, order.Id, cancel) is { } locked)
            await writes.Step(transaction, locked, OrderState.Cancelled, Reasons.CancelledByBuyer, now, cancel);
        await transaction.CommitAsync(cancel);
    }
}
