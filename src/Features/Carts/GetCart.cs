using Doorbuster.Contracts.Catalog;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Carts;

/// <summary>One's cart. Who has none sees an empty one, and nothing is stored for looking.</summary>
internal static class GetCart
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/cart", Handle)
        .ForGuests()
        .WithName("GetCart")
        .WithSummary("Your cart")
        .Produces<CartView>();

    // The answer carries prices of the moment, which the tag does not: it names the version for If-Match.
    private static async Task<IResult> Handle(
        Person person, HttpContext http, CartStore store, ICatalog catalog, CancellationToken cancel)
    {
        var cart = await store.Find(person.Id, cancel) ?? Cart.Empty(person.Id, person.IsGuest);
        EntityTags.SetPrivate(http, cart.Tag);
        return TypedResults.Ok(await CartView.Of(cart, catalog, cancel));
    }
}
