using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Accounts;

internal static class RemoveAddress
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapDelete("/api/v1/me/addresses/{id}", Handle).ForPerson()
        .WithName("RemoveAddress").WithSummary("Remove one of your addresses")
        .WithDescription("Orders keep the address they were placed with.")
        .Refuses(Problems.AddressNotFound);

    private static async Task<Results<NoContent, Problem>> Handle(
        string id, Person person, AddressStore store, CancellationToken cancel) =>
        PublicId.TryParse(Address.IdPrefix, id, out var number) && await store.Remove(number, person.Id, cancel)
            ? TypedResults.NoContent()
            : Problems.AddressNotFound;
}
