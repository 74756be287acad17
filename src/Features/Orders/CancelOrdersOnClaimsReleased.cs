using Doorbuster.Contracts.Claims;
using Doorbuster.Orders.Sharding;
using Doorbuster.Platform.Messaging;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Doorbuster.Orders;

/// <summary>
/// Cancels the orders whose claims ended unpaid. A message for an order that is cancelled already changes nothing.
/// </summary>
internal sealed class CancelOrdersOnClaimsReleased(
    OrderShards shards, OrderTerms terms, IClaims claims, OrderWrites writes, ILogger<CancelOrdersOnClaimsReleased> log)
    : IConsumer<ClaimsReleased>
{
    public bool Concerns(ClaimsReleased message) => message.Kind is Order.SaleKind or Order.StockKind;

    public Task Consume(ClaimsReleased message, NpgsqlTransaction transaction, CancellationToken cancel) =>
        message.Kind switch
        {
            Order.SaleKind => shards.Consume(transaction, message.Ids, (shard, ids) =>
                CancelSaleOrders(PartOf(message, ids), shard, cancel), cancel),
            Order.StockKind => shards.Consume(transaction, message.Ids, (shard, ids) =>
                CancelStockOrders(PartOf(message, ids), shard, cancel), cancel),
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

    private static ClaimsReleased PartOf(ClaimsReleased message, long[] ids)
    {
        if (ids.Length == message.Ids.Length)
            return message;
        var wanted = ids.ToHashSet();
        int[] at = [.. Enumerable.Range(0, message.Ids.Length).Where(i => wanted.Contains(message.Ids[i]))];
        return message with
        {
            Ids = Array.ConvertAll(at, i => message.Ids[i]),
            People = Array.ConvertAll(at, i => message.People[i]),
            Quantities = Array.ConvertAll(at, i => message.Quantities[i]),
            MadeAt = Array.ConvertAll(at, i => message.MadeAt[i]),
        };
    }
}
