using System.Diagnostics;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Accounts;

/// <summary>Write an address anew. The same again changes nothing more, so it needs no key.</summary>
internal static class ChangeAddress
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/api/v1/me/addresses/{id}", Handle).ForPerson()
        .WithName("ChangeAddress").WithSummary("Write one of your addresses anew")
        .WithDescription("With `If-Match`, only when it is still what you read.")
        .Refuses(Problems.AddressNotFound, Problems.AddressOutdated);

    private static async Task<Results<Ok<AddressView>, Problem>> Handle(
        string id, AddressForm.Request request, [FromHeader(Name = "If-Match")] string? ifMatch, Person person, HttpContext http,
        AddressStore store, CancellationToken cancel)
    {
        if (request.Check() is { } wrong)
            return wrong;
        if (!PublicId.TryParse(Address.IdPrefix, id, out var number))
            return Problems.AddressNotFound;
        if (!Versions.TryRead(ifMatch, out var version))
            return Problems.AddressOutdated;
        switch (await store.Change(number, person.Id, request.ToText(), request.IsDefault, version, cancel))
        {
            case AddressChange.Unknown: return Problems.AddressNotFound;
            case AddressChange.Outdated: return Problems.AddressOutdated;
            case AddressChange.Done when await store.Find(number, person.Id, cancel) is { } address:
                http.Response.Headers.ETag = EntityTags.OfVersion(address.Version);
                return TypedResults.Ok(AddressView.Of(address));
            case AddressChange.Done: return Problems.AddressNotFound;    // removed since
            default: throw new UnreachableException();
        }
    }
}
