using Doorbuster.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.RedPackets;

/// <summary>A packet of the house that is open for a week, so that a newcomer can grab a part.</summary>
internal static class DemoPackets
{
    public static async Task Seed(IServiceProvider services, CancellationToken cancel)
    {
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var store = services.GetRequiredService<PacketStore>();
        var packet = (await store.List(long.MaxValue, 100, cancel)).Find(one => one.Owner is null && one.ClosesAt > now);
        if (packet is null)
        {
            var draft = new PacketDraft("Happy opening", 10_000, "GBP", 50, "lucky", now, now + TimeSpan.FromDays(7));
            if (await services.GetRequiredService<PacketDesk>().Send(draft, owner: null, requestKey: null, cancel)
                is not Sent.Packet { Value: var sent })
                return;
            packet = sent;
        }
        services.GetRequiredService<DemoNotes>().Add(
            "Red packet", $"£100 in 50 parts: POST /api/v1/red-packets/{packet.PublicId}/grabs");
    }
}
