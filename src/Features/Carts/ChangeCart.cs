using System.ComponentModel.DataAnnotations;
using Doorbuster.Contracts.Catalog;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Carts;

/// <summary>Set the units of an item, take it out, or empty the cart: each may be repeated without harm.</summary>
internal static class ChangeCart
{
    public sealed record Request([Range(1, Cart.UnitsMax)] int Quantity);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("/api/v1/cart/items/{sku}", Set)
            .ForGuests()
            .WithName("ChangeCartItem")
            .WithSummary("Set the units of an item in your cart")
            .Produces<CartView>()
            .Refuses([.. CartAnswers.Refusals, Problems.NotInCart, BuyingProblems.OutOfStock]);
        routes.MapDelete("/api/v1/cart/items/{sku}", Remove)
            .ForGuests()
            .WithName("RemoveFromCart")
            .WithSummary("Take an item out of your cart")
            .Produces<CartView>()
            .Refuses(Problems.VersionOutdated);
        routes.MapDelete("/api/v1/cart", Clear)
            .ForGuests()
            .WithName("ClearCart")
            .WithSummary("Empty your cart")
            .Produces<CartView>()
            .Refuses(Problems.VersionOutdated);
    }

    private static async Task<IResult> Set(
        string sku, Request request, Person person, HttpContext http, ICatalog catalog, Shelf shelf,
        CancellationToken cancel)
    {
        if (await catalog.FindVariant(sku, cancel) is not { } variant)
            return Problems.NotInCart;    // or no longer for sale: then it can only be taken out
        var change = await shelf.Change(
            http, person, variant, cart => cart.Set(variant.Sku, request.Quantity), cancel);
        return await CartAnswers.Of(http, change, catalog, cancel);
    }

    private static async Task<IResult> Remove(
        string sku, Person person, HttpContext http, ICatalog catalog, CartDesk desk, CancellationToken cancel)
    {
        var change = await desk.Change(
            person, http.Request.Headers.IfMatch, cart => cart.Remove(sku.ToUpperInvariant()), cancel);
        return await CartAnswers.Of(http, change, catalog, cancel);
    }

    private static async Task<IResult> Clear(
        Person person, HttpContext http, ICatalog catalog, CartDesk desk, CancellationToken cancel)
    {
        var change = await desk.Change(person, http.Request.Headers.IfMatch, cart => cart.Clear(), cancel);
        return await CartAnswers.Of(http, change, catalog, cancel);
    }
}
