using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Accounts;

/// <summary>End one of my sessions elsewhere, e.g. on a lost phone.</summary>
internal static class RevokeSession
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapDelete("/api/v1/sessions/{id}", Handle).WithName("RevokeSession").WithSummary("End one of your sessions").ForPerson()
        .Refuses(Problems.SessionNotFound);

    private static async Task<Results<NoContent, Problem>> Handle(
        string id, Person person, Sessions sessions, CancellationToken cancel) =>
        PublicId.TryParse(ListSessions.IdPrefix, id, out var session) && await sessions.End(session, person.Id, cancel)
            ? TypedResults.NoContent()
            : Problems.SessionNotFound;
}
