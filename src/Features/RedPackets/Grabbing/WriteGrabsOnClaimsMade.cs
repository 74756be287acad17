using Doorbuster.Contracts.Books;
using Doorbuster.Contracts.Claims;
using Doorbuster.Contracts.People;
using Doorbuster.Platform.Messaging;
using Npgsql;

namespace Doorbuster.RedPackets;

/// <summary>
/// Credits the parts of a message's claims in one batch, then writes who got what. The books are a transaction of their own,
/// committed first: after a crash in between the message comes again, and the books know each part by its ordinal.
/// </summary>
internal sealed class WriteGrabsOnClaimsMade(KnownParts known, IBooks books) : IConsumer<ClaimsMade>
{
    public bool Concerns(ClaimsMade message) => message.Kind == RedPacket.PoolKind;

    public async Task Consume(ClaimsMade message, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        var parts = await known.Find(message.Pool, cancel)
            ?? throw new InvalidOperationException($"Pool {message.Pool} has no red packet.");

        var grabs = message.Ids.Select((claim, i) => new Grab(
            (int)message.Ordinals[i], claim, message.People[i], parts.Split[message.Ordinals[i] - 1], message.MadeAt)).ToList();
        var credits = grabs.ConvertAll(grab => RedPacket.Credit(
            message.Pool, grab.Ordinal, parts.Currency, grab.AmountMinor, grab.Person, grab.At));
        var outcomes = await books.PostAll(credits, cancel);
        for (var i = 0; i < outcomes.Count; i++)
            if (outcomes[i] is not (BookOutcome.Done or BookOutcome.AlreadyDone))
                throw new InvalidOperationException($"The books answered {outcomes[i]} to {credits[i].Key}.");

        var areGone = grabs.Exists(grab => grab.Ordinal == parts.Split.Length);
        await PacketStore.WriteGrabs(transaction, message.Pool, grabs, areGone, cancel);
        await transaction.Publish(
            new PersonChanged { People = [.. message.People.Distinct()], Part = PersonsPackets.PartName }, cancel);
    }
}
