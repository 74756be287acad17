using Doorbuster.Contracts.Accounts;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.RedPackets;

/// <summary>A packet for whoever has its address; who got what for those who sent it or have a part; all for operators.</summary>
internal static class ReadPackets
{
    private const string CursorPrefix = "rpo";    // the last ordinal of the page before; opaque to clients
    private const int LimitDefault = 40;
    private const int LimitMax = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var packets = routes.MapGroup("/api/v1/red-packets").WithTags("Red packets");
        packets.MapGet("", ListSent).WithName("ListMyRedPackets")
            .WithSummary("The red packets you sent, newest first.").Refuses(WebProblems.InvalidCursor);
        packets.MapGet("{id}", Get).WithName("GetRedPacket")
            .WithSummary("A red packet, and your part of it.").Refuses(WebProblems.NotFound);
        packets.MapGet("{id}/grabs", ListGrabs).WithName("ListGrabs")
            .WithSummary("Who got what; for whoever sent it or has a part.")
            .Refuses(WebProblems.NotFound, WebProblems.InvalidCursor);

        var all = routes.MapGroup("/api/admin/v1/red-packets").ForAdmin().WithTags("Red packets (administration)");
        all.MapGet("", ListAll).WithName("ListRedPackets")
            .WithSummary("All red packets, newest first.").Refuses(WebProblems.InvalidCursor);
        all.MapGet("{id}/audit", Audit).WithName("AuditRedPacket")
            .WithSummary("Counts every unit of money: amount = credited + left + refunded.")
            .Refuses(WebProblems.NotFound);
    }

    private static async Task<Results<Ok<PacketViews.Packet>, Problem>> Get(
        string id, Person person, PacketStore store, IClaims claims, TimeProvider clock, HttpContext http,
        CancellationToken cancel)
    {
        if (await Find(id, person, store, cancel) is not { } packet)
            return WebProblems.NotFound;
        http.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(PacketViews.Show(
            packet, await claims.FindPool(packet.Id, cancel), person.Id,
            await store.FindGrab(packet.Id, person.Id, cancel), clock.GetUtcNow()));
    }

    private static async Task<Results<Ok<PacketViews.Grabs>, Problem>> ListGrabs(
        string id, Person person, PacketStore store, IPeople people, HttpContext http, CancellationToken cancel,
        int limit = LimitDefault, string? after = null)
    {
        if (limit is < 1 or > LimitMax)
            return WebProblems.Invalid("limit", $"must be from 1 to {LimitMax}");
        var from = 0L;
        if (after is not null && !PublicId.TryParse(CursorPrefix, after, out from))
            return WebProblems.InvalidCursor;
        if (await Find(id, person, store, cancel) is not { } packet
            || packet.Owner != person.Id && !person.IsAdmin
                && await store.FindGrab(packet.Id, person.Id, cancel) is null)
            return WebProblems.NotFound;

        var (shown, page) = PageInfo.Cut(
            await store.ListGrabs(packet.Id, from, limit + 1, cancel), limit,
            grab => PublicId.Format(CursorPrefix, grab.Ordinal));
        var names = (await people.FindMany([.. shown.Select(grab => grab.Person)], cancel))
            .ToDictionary(one => one.Id, one => one.DisplayName);
        http.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(new PacketViews.Grabs(
            [.. shown.Select(grab => PacketViews.Show(
                packet, grab, names.GetValueOrDefault(grab.Person, ""), grab.Person == person.Id))],
            page));
    }

    private static Task<Results<Ok<PacketViews.Packets>, Problem>> ListSent(
        Person person, PacketStore store, IClaims claims, TimeProvider clock, HttpContext http, CancellationToken cancel,
        int limit = LimitDefault, string? after = null) => List(
            (before, count) => store.ListOf(person.Id, before, count, cancel), person, claims, clock, http, limit, after,
            cancel);

    private static Task<Results<Ok<PacketViews.Packets>, Problem>> ListAll(
        Person person, PacketStore store, IClaims claims, TimeProvider clock, HttpContext http, CancellationToken cancel,
        int limit = LimitDefault, string? after = null) => List(
            (before, count) => store.List(before, count, cancel), person, claims, clock, http, limit, after, cancel);

    private static async Task<Results<Ok<PacketViews.Packets>, Problem>> List(
        Func<long, int, Task<List<RedPacket>>> read, Person person, IClaims claims, TimeProvider clock, HttpContext http,
        int limit, string? after, CancellationToken cancel)
    {
        var before = long.MaxValue;
        if (limit is < 1 or > LimitMax)
            return WebProblems.Invalid("limit", $"must be from 1 to {LimitMax}");
        if (after is not null && !PublicId.TryParse(RedPacket.PublicPrefix, after, out before))
            return WebProblems.InvalidCursor;
        var (shown, page) = PageInfo.Cut(await read(before, limit + 1), limit, packet => packet.PublicId);
        var data = await PacketViews.Show(shown, claims, person.Id, clock.GetUtcNow(), cancel);
        http.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(new PacketViews.Packets(data, page));
    }

    private static async Task<Results<Ok<PacketViews.Audit>, Problem>> Audit(
        string id, PacketAudit audit, HttpContext http, CancellationToken cancel)
    {
        if (!PublicId.TryParse(RedPacket.PublicPrefix, id, out var number)
            || await audit.Of(number, cancel) is not { } found)
            return WebProblems.NotFound;
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(found);
    }

    // One that is not paid yet is nobody's business but its sender's.
    private static async Task<RedPacket?> Find(
        string id, Person person, PacketStore store, CancellationToken cancel) =>
        PublicId.TryParse(RedPacket.PublicPrefix, id, out var number)
        && await store.Find(number, cancel) is { } packet
        && (packet.State is PacketState.Running or PacketState.Ended || packet.Owner == person.Id)
            ? packet
            : null;
}
