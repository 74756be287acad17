using System.ComponentModel.DataAnnotations;
using Doorbuster.Contracts.Risk;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Orders.Administration;

/// <summary>The goods of a paid order are on their way, and later they are there.</summary>
internal static class ShipOrder
{
    public sealed record Request(
        [StringLength(64, MinimumLength = 1)] string? Carrier = null,
        [StringLength(64, MinimumLength = 1)] string? TrackingNumber = null,
        [StringLength(500), Url] string? TrackingUrl = null);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var orders = routes.MapGroup("/api/admin/v1/orders/{id}").ForAdmin().WithTags("Orders (administration)");
        orders.MapPost("shipment", Ship).WithName("ShipOrder")
            .WithSummary("Say that a paid order is on its way, and how to follow it.")
            .WithDescription("The same shipment again changes nothing.")
            .Produces<AdminOrderView>().Refuses(WebProblems.NotFound, Problems.WrongState, Problems.Held);
        orders.MapPost("completion", Complete).WithName("CompleteOrder")
            .WithSummary("Say that a shipped order has arrived.")
            .Produces<AdminOrderView>().Refuses(WebProblems.NotFound, Problems.WrongState);
    }

    private static async Task<IResult> Ship(
        string id, Request request, MoveOrder orders, OrderStore store, IOrderRisk risk, CancellationToken cancel)
    {
        if (PublicId.TryParse("ord", id, out var number)
            && await store.FindForAdmin(number, cancel) is { State: OrderState.Paid } paid
            && await risk.ClearForShipping(OrderFacts.Of(paid), cancel) is { IsHeld: true } held)
            return Problems.Held.With(detail: held.Why);
        return await orders.To(
            id, OrderState.Shipped, Reasons.Shipped, cancel,
            new Shipment(request.Carrier, request.TrackingNumber, request.TrackingUrl));
    }

    private static Task<IResult> Complete(string id, MoveOrder orders, CancellationToken cancel) =>
        orders.To(id, OrderState.Completed, Reasons.Completed, cancel);
}
