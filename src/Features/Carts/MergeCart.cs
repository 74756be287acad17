using System.ComponentModel.DataAnnotations;
using Doorbuster.Contracts.Accounts;
using Doorbuster.Contracts.Catalog;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Carts;

/// <summary>After signing in: what one put aside as a guest.</summary>
internal static class MergeCart
{
    public sealed record Request([StringLength(200, MinimumLength = 1)] string GuestToken);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/cart/merge", Handle)
        .ForPerson()
        .WithName("MergeCart")
        .WithSummary("Take over the cart of the guest you were")
        .WithDescription(
            "Quantities are added, up to 1,000 of one and 50 lines; the guest's cart is gone afterwards, so doing it again "
            + "changes nothing.")
        .Produces<CartView>()
        .Refuses(Problems.NotAGuest);

    private static async Task<IResult> Handle(
        Request request, Person person, HttpContext http, ISessions sessions, ICatalog catalog, CartDesk desk,
        CancellationToken cancel)
    {
        if (!sessions.TryRead(request.GuestToken, out var token) || !token.IsGuest)
            return Problems.NotAGuest;
        var cart = await desk.Merge(token.Person, person.Id, cancel);
        EntityTags.SetPrivate(http, cart.Tag);
        return TypedResults.Ok(await CartView.Of(cart, catalog, cancel));
    }
}
