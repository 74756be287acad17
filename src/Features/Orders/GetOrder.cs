using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Orders;

/// <summary>A person's own order, from the moment its claim is committed.</summary>
internal static class GetOrder
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/orders/{id}", Handle)
        .WithName("GetOrder")
        .WithSummary("One of your orders")
        .ForGuests()
        .Produces<OrderView>()
        .Produces(StatusCodes.Status304NotModified)
        .Refuses(WebProblems.NotFound);

    private static async Task<IResult> Handle(
        string id, Person person, HttpContext http, OrderLookup orders, CancellationToken cancel)
    {
        if (!PublicId.TryParse("ord", id, out var order)
            || await orders.Find(order, person.Id, cancel) is not { } found)
            return WebProblems.NotFound;

        return EntityTags.IsCurrent(http, TagOf(found))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(OrderView.Of(found, withHistory: true));
    }

    // Until the order is written its state is its claim's, and has no version of its own.
    private static string TagOf(Order order) => $"\"{order.Version}-{OrderSteps.NameOf(order.State)}\"";
}
