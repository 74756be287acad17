using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Accounts;

internal static class AddAddress
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/me/addresses", Handle).ForPerson()
        .WithName("AddAddress").WithSummary("Add an address")
        .Idempotent(AccountsFeature.SchemaName)
        .Refuses(Problems.TooManyAddresses);

    private static async Task<Results<Created<AddressView>, Problem>> Handle(
        AddressForm.Request request, Person person, IdempotentRequest once, Ids ids, TimeProvider clock, CancellationToken cancel)
    {
        if (request.Check() is { } wrong)
            return wrong;
        var address = new Address
        {
            Id = ids.NextFor(person.Id),
            Person = person.Id,
            Text = request.ToText(),
            IsDefault = request.IsDefault,
            Version = 1,
            MadeAt = clock.GetUtcNow(),
        };
        if (!await AddressStore.Add(once.Transaction, address, cancel))
            return Problems.TooManyAddresses;

        var isDefault = await AddressStore.IsDefault(once.Transaction, address.Id, cancel);
        return TypedResults.Created(
            $"/api/v1/me/addresses/{PublicId.Format(Address.IdPrefix, address.Id)}",
            AddressView.Of(address with { IsDefault = isDefault }));
    }
}
