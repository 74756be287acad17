using System.Diagnostics;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.RedPackets;

/// <summary>End a packet before its time.</summary>
internal static class ClosePacket
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/admin/v1/red-packets/{id}/closure", Handle)
        .ForAdmin()
        .WithName("CloseRedPacket").WithTags("Red packets (administration)")
        .WithSummary("End a red packet before its time.")
        .WithDescription("What nobody grabbed goes back to where it came from, once; parts that were grabbed stay. Closing a "
            + "packet that was closed changes nothing.")
        .Refuses(WebProblems.NotFound, Problems.NotYet, Problems.Ended);

    private static async Task<Results<Ok<PacketViews.Packet>, Problem>> Handle(
        string id, Person person, PacketDesk desk, IClaims claims, TimeProvider clock, CancellationToken cancel)
    {
        if (!PublicId.TryParse(RedPacket.PublicPrefix, id, out var number))
            return WebProblems.NotFound;
        return await desk.CloseEarly(number, person.Id, cancel) switch
        {
            Closed.Packet { Value: var packet } => TypedResults.Ok(PacketViews.Show(
                packet, await claims.FindPool(packet.Id, cancel), person.Id, yours: null, clock.GetUtcNow())),
            Closed.Unknown => WebProblems.NotFound,
            Closed.NotYet => Problems.NotYet,
            Closed.Over => Problems.Ended,
            _ => throw new UnreachableException(),
        };
    }
}
