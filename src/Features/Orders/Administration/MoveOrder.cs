using Doorbuster.Orders.Sharding;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Orders.Administration;

/// <summary>Takes any order a step further for somebody who runs the shop. The same step again changes nothing.</summary>
internal sealed class MoveOrder(OrderShards shards, OrderStore store, OrderWrites writes, TimeProvider clock)
{
    public async Task<IResult> To(
        string id, OrderState to, string reason, CancellationToken cancel, Shipment? shipment = null)
    {
        if (!PublicId.TryParse("ord", id, out var number))
            return WebProblems.NotFound;
        var (order, isThere) = await shards.Write(Ids.BucketIn(number), async shard =>
            await OrderStore.Lock(shard, number, cancel) is { } locked
                ? (locked, locked.State == to && locked.Shipment == (shipment ?? locked.Shipment) || await writes.Step(
                    shard, locked, to, reason, clock.GetUtcNow(), cancel, shipment: shipment))
                : ((Order?)null, false), cancel);
        if (order is null)
            return WebProblems.NotFound;
        return isThere
            ? TypedResults.Ok(AdminOrderView.Of((await store.FindForAdmin(number, cancel))!))
            : Problems.WrongState.With(detail: $"The order is {OrderSteps.NameOf(order.State)}.");
    }
}

/// <summary>An order as those who run the shop see it.</summary>
internal sealed record AdminOrderView(OrderView Order, string PersonId, string Kind, bool HasCheckout)
{
    public static AdminOrderView Of(Order order) => new(
        OrderView.Of(order, withHistory: true), PublicId.Format("usr", order.Person), order.Kind,
        order.Checkout is not null);
}
