using Doorbuster.Contracts.Accounts;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Accounts;

/// <summary>Where am I signed in? At most 20 living sessions, so there are no pages.</summary>
internal static class ListSessions
{
    public const string IdPrefix = "ses";

    public sealed record Item(string Id, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, bool Current);

    public sealed record Response(IReadOnlyList<Item> Data);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/sessions", Handle).WithName("ListSessions").WithSummary("Where you are signed in").ForPerson();

    private static async Task<Ok<Response>> Handle(
        Person person, HttpContext http, AccountStore store, TimeProvider clock, CancellationToken cancel)
    {
        var current = http.Features.GetRequiredFeature<Session>().Id;
        var rows = await store.ListSessions(person.Id, clock.GetUtcNow(), cancel);
        http.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(new Response([.. rows.Select(row => new Item(
            PublicId.Format(IdPrefix, row.Id), row.CreatedAt, row.ExpiresAt, row.Id == current))]));
    }
}
