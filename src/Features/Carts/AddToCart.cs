using System.ComponentModel.DataAnnotations;
using Doorbuster.Contracts.Catalog;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Carts;

/// <summary>Put units of a variant into the cart, on top of those that are there.</summary>
internal static class AddToCart
{
    public sealed record Request(
        [StringLength(64, MinimumLength = 1)] string Sku, [Range(1, Cart.UnitsMax)] int Quantity = 1);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/cart/items", Handle)
        .ForGuests()
        .WithName("AddToCart")
        .WithSummary("Put units into your cart")
        .WithDescription(
            "On top of what is there. Nothing is held by it: stock is taken when the order is placed. The same "
            + "Idempotency-Key adds once. `If-Match` with the cart's ETag is heeded where it is sent.")
        .Produces<CartView>()
        .TakesIdempotencyKey()
        .Refuses([.. CartAnswers.Refusals, BuyingProblems.UnknownSku, BuyingProblems.OutOfStock]);

    private static async Task<IResult> Handle(
        Request request, Person person, HttpContext http, ICatalog catalog, Shelf shelf, CancellationToken cancel)
    {
        if (IdempotencyKey.TryRead(http, out var key) is { } refusal)
            return refusal;
        if (await catalog.FindVariant(request.Sku, person.Id, cancel) is not { } variant)
            return BuyingProblems.Unknown(request.Sku);

        var line = new CartLine(variant.Sku, request.Quantity, variant.PriceMinor, variant.Currency);
        var answer = await shelf.Change(http, person, variant, cart => cart.Add(key, line), cancel);
        return await CartAnswers.Of(http, answer, catalog, cancel);
    }
}
