using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Accounts;

/// <summary>Who am I?</summary>
internal static class GetMe
{
    /// <param name="TimeZone">IANA name; null: the shop's.</param>
    public sealed record Response(
        string Id, string Email, string DisplayName, bool IsAdmin, DateTimeOffset CreatedAt, string? TimeZone)
    {
        internal static Response Of(Account me) => new(
            PublicId.Format(Account.IdPrefix, me.Id), me.Email, me.DisplayName, me.IsAdmin, me.CreatedAt, me.TimeZone);
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/me", Handle).WithName("GetMe").WithSummary("Who you are").ForPerson()
        .Produces<Response>().Produces(StatusCodes.Status304NotModified);

    private static async Task<IResult> Handle(Person person, HttpContext http, AccountStore store, CancellationToken cancel)
    {
        // A session cannot outlive its person: the database removes both.
        var me = await store.Find(person.Id, cancel) ?? throw new InvalidOperationException("A session without a person.");
        return EntityTags.IsCurrent(http, EntityTags.OfVersion(me.Version))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(Response.Of(me));
    }
}
