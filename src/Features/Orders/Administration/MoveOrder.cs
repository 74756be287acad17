using Doorbuster.Orders.Sharding;
using Doorbuster.Platform;
using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Orders.Administration;

/// <summary>Takes any order a step further for somebody who runs the shop. The same step again changes nothing.</summary>
internal sealed class MoveOrder(OrderShards shards, OrderStore store, OrderWrites writes, OrderViews views, TimeProvider clock)
{
    public async Task<IResult> To(
        string id, OrderState to, string reason, CancellationToken cancel, Shipment? shipment = null)
    {
        if (!PublicId.TryParse("ord", id, out var number))
            return WebProblems.NotFound;
        var (order, isThere) = await shards.Write(Ids.BucketIn(number), async shard =>
        {
            if (await OrderStore.Lock(shard, number, cancel) is not { } locked)
                return ((Order?)null, false);
            if (locked.State == to && locked.Shipment == (shipment ?? locked.Shipment))
                return (locked, true);
            if (!await writes.Step(shard, locked, to, reason, clock.GetUtcNow(), cancel, shipment: shipment))
                return (locked, false);
            await shards.Audit(shard, new AuditNote(
                $"order.{ActionOf(to)}", id, new() { ["state"] = OrderSteps.NameOf(locked.State) },
                new()
                {
                    ["state"] = OrderSteps.NameOf(to),
                    ["carrier"] = shipment?.Carrier,
                    ["trackingNumber"] = shipment?.TrackingNumber,
                }), cancel);
            return (locked, true);
        }, cancel);
        if (order is null)
            return WebProblems.NotFound;
        return isThere
            ? TypedResults.Ok(await views.Of((await store.FindForAdmin(number, cancel))!, cancel))
            : Problems.WrongState.With(detail: $"The order is {OrderSteps.NameOf(order.State)}.");
    }

    private static string ActionOf(OrderState to) => to switch
    {
        OrderState.Shipped => "ship",
        OrderState.Completed => "complete",
        OrderState.Returned => "receive_return",
        OrderState.ReturnDeclined => "decline_return",
        _ => OrderSteps.NameOf(to),
    };
}
