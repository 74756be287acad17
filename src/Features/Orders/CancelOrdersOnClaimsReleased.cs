using Doorbuster.Contracts.Claims;
using Doorbuster.Platform.Messaging;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Doorbuster.Orders;

/// <summary>
/// Cancels the orders whose claims ended unpaid. A message for an order that is cancelled already changes nothing.
/// </summary>
internal sealed class CancelOrdersOnClaimsReleased(
    OrderTerms terms, IClaims claims, OrderWrites writes, ILogger<CancelOrdersOnClaimsReleased> log)
    : IConsumer<ClaimsReleased>
{
    public Task Consume(ClaimsReleased message, NpgsqlTransaction transaction, CancellationToken cancel) =>
        message.Kind switch
        {
            Order.SaleKind => CancelSaleOrders(message, transaction, cancel),
            Order.StockKind => CancelStockOrders(message, transaction, cancel),
            _ => Task.CompletedTask,
        };

    private async Task CancelSaleOrders(
        ClaimsReleased message, NpgsqlTransaction transaction, CancellationToken cancel) =>
        await writes.Cancel(transaction, message, await terms.Get(message.Pool, cancel), cancel);

    // An order of several lines stands or falls as a whole: when one line's units are gone, the others go back too.
    private async Task CancelStockOrders(
        ClaimsReleased message, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        foreach (var id in await OrderWrites.FileReleased(transaction, message, cancel))
        {
            if (await OrderStore.Lock(transaction, id, cancel) is not { } order)
                throw new InvalidOperationException($"Order {id} has filed claims but no row.");
            if (!OrderSteps.May(order.State, OrderState.Cancelled))
                continue;

            foreach (var claim in order.Claims.Except(message.Ids))
                if (await claims.Release(claim, cancel) is EndOutcome.Kept)
                    log.ClaimKeptInCancelledOrder(claim, id);
            var reason = message.Expired ? Reasons.HoldExpired : Reasons.CancelledByBuyer;
            await writes.Step(transaction, order, OrderState.Cancelled, reason, message.ReleasedAt, cancel);
        }
    }
}
