using System.Text.Json.Serialization;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;

namespace Doorbuster.RedPackets;

internal static class PacketViews
{
    /// <param name="Kind"><c>lucky</c> or <c>equal</c>.</param>
    /// <param name="Phase"><c>preparing</c>, <c>announced</c>, <c>open</c>, <c>gone</c> (all parts), <c>ended</c> or
    /// <c>not_covered</c>.</param>
    /// <param name="Left">Parts still there, as last heard; null before anybody asked.</param>
    /// <param name="Refunded">What nobody grabbed, once it has ended; for whoever sent it.</param>
    /// <param name="ClosedEarlyAt">When an operator ended it before its time.</param>
    /// <param name="Yours">The part you grabbed, once it is written.</param>
    public sealed record Packet(
        string Id, string Title, MoneyView Amount, int Parts, string Kind, DateTime OpensAt, DateTime ClosesAt,
        string Phase, long? Left, bool SentByYou, MoneyView? Refunded, DateTime? ClosedEarlyAt, Grabbed? Yours);

    /// <param name="Best">True for the best luck: the largest part, told when all are gone.</param>
    public sealed record Grabbed(
        string Id, int Ordinal, string Name, bool IsYou, MoneyView Amount, DateTime GrabbedAt, bool Best);

    public sealed record Packets(IReadOnlyList<Packet> Data, PageInfo Page);

    public sealed record Grabs(IReadOnlyList<Grabbed> Data, PageInfo Page);

    /// <param name="Amount">Minor units; always credited + left + refunded.</param>
    /// <param name="GrantedParts">Claims in the ledger.</param>
    /// <param name="Granted">What these parts come to.</param>
    /// <param name="Credited">What left the packet's account for people's wallets, by the books.</param>
    /// <param name="WrittenParts">Rows of who got what.</param>
    /// <param name="Left">In the packet's account, by the books.</param>
    /// <param name="Settled">Everything granted is credited and written.</param>
    /// <param name="Clean">Nothing is wrong; what is not settled is on its way.</param>
    public sealed record Audit(
        string Id, string Currency, long Amount, int Parts, string Phase, long GrantedParts, long Granted, long Credited,
        long WrittenParts, long WrittenPeople, long Written, long Left, long Refunded, long PeopleOverLimit,
        long DuplicateKeys, long? Drift, bool Settled, [property: JsonPropertyName("clean")] bool IsClean);

    public sealed record WrittenFile(int Rows, string File);

    public sealed record ImportReport(int Added, int Unchanged, IReadOnlyList<RejectedRow> Rejected);

    public sealed record RejectedRow(int Line, string Why);

    /// <summary>In the overview, which is cached: nothing here depends on the hour.</summary>
    /// <param name="Sent">The newest few.</param>
    /// <param name="GrabbedParts">All that were ever grabbed, and what they came to by currency.</param>
    /// <param name="Grabbed">The newest few.</param>
    public sealed record Overview(
        IReadOnlyList<SentPacket> Sent, long GrabbedParts, IReadOnlyList<MoneyView> GrabbedTotal,
        IReadOnlyList<GrabbedPart> Grabbed);

    /// <param name="Ended">It is over, and what was left has gone back.</param>
    public sealed record SentPacket(
        string Id, string Title, MoneyView Amount, int Parts, DateTime OpensAt, DateTime ClosesAt, bool Ended);

    public sealed record GrabbedPart(string PacketId, string Title, MoneyView Amount, DateTime GrabbedAt);

    public sealed record Kept(IReadOnlyList<Packet> Sent, IReadOnlyList<KeptGrab> Grabbed);

    public sealed record KeptGrab(string PacketId, int Ordinal, long Amount, DateTime GrabbedAt);

    /// <summary>Those of a list, with what is left of each by the ledger where this process has not heard it.</summary>
    public static async Task<IReadOnlyList<Packet>> Show(
        IReadOnlyCollection<RedPacket> packets, IClaims claims, long viewer, DateTimeOffset now, CancellationToken cancel)
    {
        var free = await claims.ListFree([.. packets.Select(packet => packet.Id)], cancel);
        var shown = new List<Packet>(packets.Count);
        foreach (var packet in packets)
        {
            var pool = await claims.FindPool(packet.Id, cancel);
            if (pool is { Left: null } && free.TryGetValue(packet.Id, out var left))
                pool = pool with { Left = left };
            shown.Add(Show(packet, pool, viewer, yours: null, now));
        }
        return shown;
    }

    public static Packet Show(
        RedPacket packet, PoolView? pool, long viewer, Grab? yours, DateTimeOffset now)
    {
        var isOwner = packet.Owner == viewer;
        return new(
            packet.PublicId, packet.Title, MoneyView.Of(packet.Amount), packet.Parts,
            packet.IsLucky ? "lucky" : "equal", packet.OpensAt.UtcDateTime, packet.ClosesAt.UtcDateTime,
            packet.PhaseAt(now, pool),
            packet.Granted is { } granted ? packet.Parts - granted : pool?.Left, isOwner,
            isOwner && packet.RefundedMinor is { } refunded ? new(refunded, packet.Amount.Currency) : null,
            packet.ClosedEarlyAt?.UtcDateTime, yours is null ? null : Show(packet, yours, "", isYou: true));
    }

    public static Grabbed Show(RedPacket packet, Grab grab, string name, bool isYou) => new(
        PublicId.Format("rpg", grab.Claim), grab.Ordinal, name, isYou, new(grab.AmountMinor, packet.Amount.Currency),
        grab.At.UtcDateTime, packet.BestOrdinal == grab.Ordinal);

    public static SentPacket Sent(RedPacket packet) => new(
        packet.PublicId, packet.Title, MoneyView.Of(packet.Amount), packet.Parts, packet.OpensAt.UtcDateTime,
        packet.ClosesAt.UtcDateTime, packet.State == PacketState.Ended);
}
