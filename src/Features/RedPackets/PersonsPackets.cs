using System.Text.Json;
using Doorbuster.Contracts.People;
using Doorbuster.Platform;

namespace Doorbuster.RedPackets;

/// <summary>What a person sent and grabbed, in the overview and in the export of everything we keep about them.</summary>
internal sealed class PersonsPackets(PacketStore store, TimeProvider clock) : IOverviewPart, IPersonalData
{
    internal const string PartName = "redPackets";

    private const int NewestShown = 5;
    private const int ExportedMax = 10_000;

    public string Name => PartName;

    public async Task<ReadOnlyMemory<byte>> Load(
        long person, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> needed, CancellationToken cancel)
    {
        var sent = store.ListOf(person, long.MaxValue, NewestShown, cancel);
        var sums = store.SumGrabsOf(person, cancel);
        var grabs = await store.ListGrabsOf(person, NewestShown, cancel);
        var overview = new PacketViews.Overview(
            [.. (await sent).Select(PacketViews.Sent)],
            (await sums).Sum(sum => sum.Count),
            [.. (await sums).Select(sum => new MoneyView(sum.Minor, sum.Currency))],
            [.. grabs.Select(one => new PacketViews.GrabbedPart(
                PublicId.Format(RedPacket.PublicPrefix, one.Packet), one.Title, new(one.Grab.AmountMinor, one.Currency),
                one.Grab.At.UtcDateTime))]);
        return JsonSerializer.SerializeToUtf8Bytes(overview, RedPacketsJson.Default.Overview);
    }

    public async Task<ReadOnlyMemory<byte>> Export(long person, CancellationToken cancel)
    {
        var sent = await store.ListOf(person, long.MaxValue, ExportedMax, cancel);
        var grabs = await store.ListGrabsOf(person, ExportedMax, cancel);
        var kept = new PacketViews.Kept(
            [.. sent.Select(packet => PacketViews.Show(packet, pool: null, person, yours: null, clock.GetUtcNow()))],
            [.. grabs.Select(one => new PacketViews.KeptGrab(
                PublicId.Format(RedPacket.PublicPrefix, one.Packet), one.Grab.Ordinal, one.Grab.AmountMinor,
                one.Grab.At.UtcDateTime))]);
        return JsonSerializer.SerializeToUtf8Bytes(kept, RedPacketsJson.Default.Kept);
    }
}
