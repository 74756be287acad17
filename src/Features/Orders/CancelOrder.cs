using Doorbuster.Contracts.Orders;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Orders;

/// <summary>A buyer gives an unpaid order back.</summary>
internal static class CancelOrder
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/orders/{id}/cancellation", Handle)
        .WithName("CancelOrder")
        .WithSummary("Cancel an unpaid order")
        .WithDescription("Its units go back on sale. Cancelling a cancelled order changes nothing.")
        .ForGuests()
        .Produces<OrderView>()
        .Refuses(WebProblems.NotFound, Problems.NotCancellable);

    private static async Task<IResult> Handle(
        string id, Person person, OrderLookup orders, OrderCancelling cancelling, CancellationToken cancel)
    {
        if (!PublicId.TryParse("ord", id, out var number))
            return WebProblems.NotFound;
        return await cancelling.Cancel(number, person.Id, cancel) switch
        {
            CancellingOutcome.Unknown => WebProblems.NotFound,
            CancellingOutcome.TooLate => Problems.NotCancellable,
            _ => TypedResults.Ok(OrderView.Of((await orders.Find(number, person.Id, cancel))!, withHistory: true)),
        };
    }
}
