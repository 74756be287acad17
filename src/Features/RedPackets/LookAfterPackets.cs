using Doorbuster.Platform;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Doorbuster.RedPackets;

/// <summary>Goes on with packets that somebody left half-made, and ends those that are over. Harmless in several processes
/// at once: each step is taken under the packet's lock.</summary>
internal sealed class LookAfterPackets(
    PacketStore store, PacketDesk desk, TimeProvider clock, ILogger<LookAfterPackets> log) : BackgroundService
{
    private const int AtOnce = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            try
            {
                foreach (var (packet, state) in await store.ListDue(clock.GetUtcNow(), AtOnce, stoppingToken))
                    await LookAfter(packet, state, stoppingToken);
            }
            catch (Exception error) when (error is StoreAwayException or NpgsqlException or TimeoutException)
            {
                log.PacketsNotRead(error.Message);
            }
    }

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
