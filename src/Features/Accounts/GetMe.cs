using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Accounts;

/// <summary>Who am I?</summary>
internal static class GetMe
{
    public sealed record Response(string Id, string Email, string DisplayName, bool IsAdmin, DateTimeOffset CreatedAt);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/me", Handle).WithName("GetMe").WithSummary("Who you are").ForPerson();

    private static async Task<Ok<Response>> Handle(
        Person person, HttpContext http, AccountStore store, CancellationToken cancel)
    {
        // A session cannot outlive its person: the database removes both.
        var me = await store.Find(person.Id, cancel) ?? throw new InvalidOperationException("A session without a person.");
        http.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(new Response(
            PublicId.Format(Account.IdPrefix, me.Id), me.Email, me.DisplayName, me.IsAdmin, me.CreatedAt));
    }
}
