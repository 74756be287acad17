using Doorbuster.Contracts.Accounts;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.RedPackets;

/// <summary>Packets of the house: one that is open for a week and of which two people have a part, so that a newcomer can
/// grab one and see who got what; and one that opens in a while.</summary>
internal static class DemoPackets
{
    private static readonly string[] Grabbers = ["grace@example.test", "linus@example.test"];
    private static readonly TimeSpan GrabWait = TimeSpan.FromSeconds(5);

    public static async Task Seed(IServiceProvider services, CancellationToken cancel)
    {
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var packets = (await services.GetRequiredService<PacketStore>().List(long.MaxValue, 100, cancel))
            .FindAll(one => one.Owner is null && !one.IsOver(now));
        if (!packets.Exists(one => one.OpensAt > now))
            await Send(services, new("Lunch is on us", 5_000, "GBP", 100, "equal", now.AddHours(1), now.AddDays(8)), cancel);
        var open = packets.Find(one => one.OpensAt <= now) ?? await Send(
            services, new("Happy opening", 10_000, "GBP", 50, "lucky", now, now + TimeSpan.FromDays(7)), cancel);
        if (open is null)
            return;
        await Grab(services, open, cancel);
        services.GetRequiredService<DemoNotes>().Add(
            "Red packet", $"£100 in 50 parts: /red-packets/{open.PublicId}");
    }

    private static async Task<RedPacket?> Send(IServiceProvider services, PacketDraft draft, CancellationToken cancel) =>
        await services.GetRequiredService<PacketDesk>().Send(draft, owner: null, requestKey: null, cancel)
            is Sent.Packet sent ? sent.Value : null;

    // The same key again finds the same part.
    private static async Task Grab(IServiceProvider services, RedPacket packet, CancellationToken cancel)
    {
        var (people, claims) = (services.GetRequiredService<IPeople>(), services.GetRequiredService<IClaims>());
        foreach (var email in Grabbers)
            if (await people.FindByEmail(email, cancel) is { } person)
                await claims.Claim(new ClaimRequest(packet.Id, person.Id, 1, "demo", GrabWait), cancel);
    }
}
