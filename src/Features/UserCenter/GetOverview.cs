using System.Text.Json.Serialization;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.UserCenter;

/// <summary>The person's whole page in one call.</summary>
internal static class GetOverview
{
    /// <summary>Beside these, each part is a field under its own name.</summary>
    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
    public sealed record Response
    {
        /// <summary>Parts that could not be had this time.</summary>
        public required IReadOnlyList<string> Missing { get; init; }

        /// <summary>Parts that are shown as they were some time ago.</summary>
        public required IReadOnlyList<string> Stale { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/me/overview", Handle)
        .ForPerson()
        .WithName("GetOverview")
        .WithSummary("Everything of yours at a glance")
        .WithDescription(
            "Profile, orders, points, wallet, coupons, notices, what you looked at: a field each. A part that cannot be "
            + "had in time is shown as it was (`stale`) or left out (`missing`); the others are not held up.")
        .Produces<Response>()
        .Produces(StatusCodes.Status304NotModified);

    private static async Task<IResult> Handle(Person person, HttpContext http, Overview overview, CancellationToken cancel)
    {
        var body = await overview.Load(person.Id, cancel);
        return EntityTags.IsCurrent(http, EntityTags.Of(body))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Bytes(body, "application/json; charset=utf-8");
    }
}
