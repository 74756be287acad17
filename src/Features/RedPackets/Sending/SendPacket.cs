using System.Diagnostics;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.RedPackets;

/// <summary>Send a red packet, paid from the sender's wallet, or by the house.</summary>
internal static class SendPacket
{
    /// <param name="Amount">Minor units, at least one a part.</param>
    /// <param name="Kind"><c>lucky</c> (drawn) or <c>equal</c>.</param>
    /// <param name="OpensAt">Left out: now.</param>
    /// <param name="ClosesAt">What is left then goes back; left out: a day after it opens.</param>
    public sealed record Request(
        string Title, long Amount, string Currency, int Parts, string Kind, DateTimeOffset? OpensAt = null,
        DateTimeOffset? ClosesAt = null);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/red-packets", FromWallet)
            .WithName("SendRedPacket").WithTags("Red packets")
            .WithSummary("Send a red packet from your wallet.")
            .TakesIdempotencyKey()
            .Refuses(Problems.NotCovered, WebProblems.IdempotencyKeyReused);
        routes.MapPost("/api/admin/v1/red-packets", FromHouse)
            .ForAdmin()
            .WithName("SendHouseRedPacket").WithTags("Red packets (administration)")
            .WithSummary("Send a red packet that the house pays.")
            .TakesIdempotencyKey()
            .Refuses(WebProblems.IdempotencyKeyReused);
    }

    private static Task<Results<Created<PacketViews.Packet>, Problem>> FromWallet(
        Request request, Person person, PacketDesk desk, IClaims claims, TimeProvider clock, HttpContext http,
        CancellationToken cancel) => Send(request, person, person.Id, desk, claims, clock, http, cancel);

    private static Task<Results<Created<PacketViews.Packet>, Problem>> FromHouse(
        Request request, Person person, PacketDesk desk, IClaims claims, TimeProvider clock, HttpContext http,
        CancellationToken cancel) => Send(request, person, owner: null, desk, claims, clock, http, cancel);

    private static async Task<Results<Created<PacketViews.Packet>, Problem>> Send(
        Request request, Person person, long? owner, PacketDesk desk, IClaims claims, TimeProvider clock, HttpContext http,
        CancellationToken cancel)
    {
        if (IdempotencyKey.TryRead(http, out var key) is { } badKey)
            return badKey;
        var now = clock.GetUtcNow();
        var opensAt = (request.OpensAt ?? now).ToUniversalTime();
        var draft = new PacketDraft(
            request.Title, request.Amount, request.Currency, request.Parts, request.Kind, opensAt,
            (request.ClosesAt ?? opensAt + PacketDraft.LifeDefault).ToUniversalTime());

        // The house's and a person's own requests are different ones, whatever their keys.
        var requestKey = $"{(owner is null ? "house" : "own")}:{person.Id}:{key}";
        switch (await desk.Send(draft, owner, requestKey, cancel))
        {
            case Sent.Packet { IsNew: false, Value: var there } when !there.Is(draft):
                return WebProblems.IdempotencyKeyReused;
            case Sent.Packet sent:
                if (!sent.IsNew)
                    http.Response.Headers["Idempotent-Replayed"] = "true";
                var view = PacketViews.Show(
                    sent.Value, await claims.FindPool(sent.Value.Id, cancel), person.Id, yours: null, now);
                return TypedResults.Created($"/api/v1/red-packets/{view.Id}", view);
            case Sent.NotCovered: return Problems.NotCovered;
            case Sent.Invalid invalid: return WebProblems.Invalid(invalid.Errors);
            default: throw new UnreachableException();
        }
    }
}
