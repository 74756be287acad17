using System.ComponentModel.DataAnnotations;
using Doorbuster.Orders.Sharding;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Orders;

/// <summary>A buyer wants to send an order back that was shipped. The shop decides when it has seen the goods.</summary>
internal static class RequestReturn
{
    /// <param name="Reason">A word or two, kept in the order's history.</param>
    public sealed record Request([StringLength(64, MinimumLength = 1)] string Reason);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/orders/{id}/return", Handle)
        .ForGuests()
        .WithName("RequestReturn")
        .WithSummary("Ask to send an order back")
        .WithDescription("Asking again changes nothing. The money goes back when the shop has received the goods.")
        .Produces<OrderView>()
        .Refuses(WebProblems.NotFound, Problems.NotReturnable);

    private static async Task<IResult> Handle(
        string id, Request request, Person person, OrderStore store, OrderShards shards, OrderWrites writes,
        TimeProvider clock, CancellationToken cancel)
    {
        if (!PublicId.TryParse("ord", id, out var number)
            || await store.Find(number, person.Id, cancel) is null)
            return WebProblems.NotFound;
        var isReturning = await shards.Write(Ids.BucketIn(number), async shard =>
            await OrderStore.Lock(shard, number, cancel) is { } order
            && (order.State == OrderState.Returning || await writes.Step(
                shard, order, OrderState.Returning, request.Reason, clock.GetUtcNow(), cancel)), cancel);
        return isReturning
            ? TypedResults.Ok(OrderView.Of((await store.Find(number, person.Id, cancel))!, withHistory: true))
            : Problems.NotReturnable;
    }
}
