using System.ComponentModel.DataAnnotations;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Orders.Administration;

/// <summary>What became of the goods that a buyer sends back. Money goes back by a refund, whole or in part.</summary>
internal static class DecideReturn
{
    /// <param name="Outcome"><c>received</c> or <c>declined</c>.</param>
    public sealed record Request([RegularExpression("received|declined")] string Outcome);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/admin/v1/orders/{id}/return", Handle)
        .ForAdmin()
        .WithName("DecideReturn").WithTags("Orders (administration)")
        .WithSummary("Say that the goods of an order came back, or are not taken back.")
        .Produces<AdminOrderView>()
        .Refuses(WebProblems.NotFound, Problems.WrongState);

    private static Task<IResult> Handle(string id, Request request, MoveOrder orders, CancellationToken cancel) =>
        request.Outcome == "received"
            ? orders.To(id, OrderState.Returned, Reasons.ReturnReceived, cancel)
            : orders.To(id, OrderState.ReturnDeclined, Reasons.ReturnDeclined, cancel);
}
