using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Accounts;

/// <summary>Where I have things sent. At most 20, so there are no pages.</summary>
internal static class ReadAddresses
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/me/addresses", HandleList).ForPerson()
            .WithName("ListAddresses").WithSummary("Your addresses, the default first");
        routes.MapGet("/api/v1/me/addresses/{id}", HandleOne).ForPerson()
            .WithName("GetAddress").WithSummary("One of your addresses")
            .Produces<AddressView>().Produces(StatusCodes.Status304NotModified)
            .Refuses(Problems.AddressNotFound);
    }

    private static async Task<Ok<AddressList>> HandleList(
        Person person, HttpContext http, AddressStore store, CancellationToken cancel)
    {
        http.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(new AddressList([.. (await store.List(person.Id, cancel)).Select(AddressView.Of)]));
    }

    private static async Task<IResult> HandleOne(
        string id, Person person, HttpContext http, AddressStore store, CancellationToken cancel)
    {
        if (!PublicId.TryParse(Address.IdPrefix, id, out var number)
            || await store.Find(number, person.Id, cancel) is not { } address)
            return Problems.AddressNotFound;
        return EntityTags.IsCurrent(http, EntityTags.OfVersion(address.Version))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(AddressView.Of(address));
    }
}
