using Doorbuster.Platform;
using Microsoft.Extensions.Logging;

namespace Doorbuster.RedPackets;

/// <summary>Goes on with packets that somebody left half-made, and ends those that are over. Harmless in several processes
/// at once: each step is taken under the packet's lock.</summary>
internal sealed class LookAfterPackets(
    PacketStore store, PacketDesk desk, TimeProvider clock, ILogger<LookAfterPackets> log)
    : PeriodicService(TimeSpan.FromMilliseconds(500), clock)
{
    private const int AtOnce = 100;

    protected override async Task TakeTurn(CancellationToken cancel)
    {
        foreach (var (packet, state) in await store.ListDue(Now, AtOnce, cancel))
            await LookAfter(packet, state, cancel);
    }

    protected override void NotePutOff(string why) => log.PacketsNotRead(why);

    private async Task LookAfter(long packet, PacketState state, CancellationToken cancel)
    {
        try
        {
            if (state == PacketState.Preparing)
                await desk.Start(packet, cancel);
            else
                await desk.End(packet, cancel);
        }
        catch (InvalidOperationException error)
        {
            log.PacketStuck(error, packet);    // one packet's trouble must not keep the others waiting
        }
    }
}
