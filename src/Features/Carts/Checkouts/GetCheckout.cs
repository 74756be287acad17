using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Carts;

internal static class GetCheckout
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/checkouts/{id}", Handle)
        .ForGuests()
        .WithName("GetCheckout")
        .WithSummary("One of your checkouts")
        .Produces<CheckoutView>()
        .Produces(StatusCodes.Status304NotModified)
        .Refuses(WebProblems.NotFound);

    private static async Task<IResult> Handle(
        string id, Person person, HttpContext http, CheckoutStore store, CancellationToken cancel)
    {
        if (!PublicId.TryParse(Checkout.IdPrefix, id, out var number)
            || await store.Find(number, person.Id, cancel) is not { } checkout)
            return WebProblems.NotFound;
        return EntityTags.IsCurrent(http, checkout.Tag)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(CheckoutView.Of(checkout));
    }
}
