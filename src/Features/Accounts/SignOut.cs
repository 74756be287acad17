using Doorbuster.Contracts.Accounts;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Accounts;

/// <summary>End the session the request came with, on every node.</summary>
internal static class SignOut
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapDelete("/api/v1/sessions/current", Handle).WithName("SignOut").WithSummary("End this session").ForPerson();

    private static async Task<NoContent> Handle(Person person, HttpContext http, Sessions sessions, CancellationToken cancel)
    {
        await sessions.End(http.Features.GetRequiredFeature<Session>().Id, person.Id, cancel);
        Credentials.DeleteCookie(http);
        return TypedResults.NoContent();
    }
}
