using Doorbuster.Contracts.Orders;
using Doorbuster.Orders.Sharding;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Orders;

/// <summary>A buyer gives an order back before it is shipped: unpaid, its units; paid, all its money.</summary>
internal static class CancelOrder
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/orders/{id}/cancellation", Handle)
        .ForGuests()
        .WithName("CancelOrder")
        .WithSummary("Cancel an order that is not shipped")
        .WithDescription(
            "The units of an unpaid one go back on sale; the money of a paid one goes back. Cancelling a cancelled "
            + "order changes nothing.")
        .Produces<OrderView>()
        .Refuses(WebProblems.NotFound, Problems.NotCancellable);

    private static async Task<IResult> Handle(
        string id, Person person, OrderLookup orders, OrderCancelling cancelling, OrderShards shards,
        OrderRefunds refunds, CancellationToken cancel)
    {
        if (!PublicId.TryParse("ord", id, out var number))
            return WebProblems.NotFound;
        switch (await cancelling.Cancel(number, person.Id, cancel))
        {
            case CancellingOutcome.Unknown:
                return WebProblems.NotFound;
            case CancellingOutcome.TooLate when !await shards.Write(
                Ids.BucketIn(number), shard => CancelPaid(
                    shard, number, person.Id, refunds, Reasons.CancelledByBuyer, cancel), cancel):
                return Problems.NotCancellable;
        }
        return TypedResults.Ok(OrderView.Of((await orders.Find(number, person.Id, cancel))!, withHistory: true));
    }

    /// <summary>True when the money of the paid order goes back, or went before.</summary>
    internal static async Task<bool> CancelPaid(
        Npgsql.NpgsqlTransaction shard, long id, long person, OrderRefunds refunds, string reason,
        CancellationToken cancel)
    {
        if (await OrderStore.Lock(shard, id, cancel) is not { } order || order.Person != person)
            return false;
        if (order.State is OrderState.Refunding or OrderState.Refunded)
            return order.Shipment is null;
        if (order.State != OrderState.Paid)
            return false;
        return order.Total.Minor == 0
            ? await refunds.EndFree(shard, order, reason, cancel)
            : await refunds.Ask(shard, order, null, reason, null, cancel) is Asking.Asked;
    }
}
