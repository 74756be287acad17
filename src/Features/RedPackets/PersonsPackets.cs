using System.Text.Json;
using Doorbuster.Contracts.People;

namespace Doorbuster.RedPackets;

/// <summary>What a person sent and grabbed, in the export of everything we keep about them.</summary>
internal sealed class PersonsPackets(PacketStore store, TimeProvider clock) : IPersonalData
{
    private const int ExportedMax = 10_000;

    public string Name => "redPackets";

    public async Task<ReadOnlyMemory<byte>> Export(long person, CancellationToken cancel)
    {
        var sent = await store.ListOf(person, long.MaxValue, ExportedMax, cancel);
        var grabs = await store.ListGrabsOf(person, ExportedMax, cancel);
        var kept = new PacketViews.Kept(
            [.. sent.Select(packet => PacketViews.Show(packet, pool: null, person, yours: null, clock.GetUtcNow()))],
            [.. grabs.Select(one => new PacketViews.KeptGrab(
                Platform.PublicId.Format(RedPacket.PublicPrefix, one.Packet), one.Grab.Ordinal, one.Grab.AmountMinor,
                one.Grab.At.UtcDateTime))]);
        return JsonSerializer.SerializeToUtf8Bytes(kept, RedPacketsJson.Default.Kept);
    }
}
