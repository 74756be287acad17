using Doorbuster.Contracts.Books;
using Doorbuster.Contracts.Claims;

namespace Doorbuster.RedPackets;

/// <summary>Counts a packet's money three times: by the ledger of claims, by the books, and by who got what.</summary>
internal sealed class PacketAudit(PacketStore store, IClaims claims, IBooks books, TimeProvider clock)
{
    /// <summary>Null when there is no such packet.</summary>
    public async Task<PacketViews.Audit?> Of(long id, CancellationToken cancel)
    {
        // What follows is read first: rows come after the books, and these after the ledger, so while grabs are on their way
        // each count is at most the next one.
        if (await store.Find(id, cancel) is not { } packet || await store.FindParts(id, cancel) is not { } parts)
            return null;
        var (written, people, writtenMinor) = await store.SumGrabs(id, cancel);
        var balance = await books.Balance(packet.Account, packet.Amount.Currency, cancel);
        var pool = await claims.Audit(id, cancel);

        var grantedParts = (pool?.Kept ?? 0) + (pool?.Held ?? 0);
        var granted = parts.Split.Take((int)grantedParts).Sum();
        var isPaid = packet.State is PacketState.Running or PacketState.Ended;
        var refunded = packet.RefundedMinor ?? 0;
        var credited = isPaid ? packet.Amount.Minor - balance - refunded : 0;
        var isSettled = credited == granted && written == grantedParts && writtenMinor == granted;
        var isClean = (pool?.IsClean ?? !isPaid)
            && people == written && written <= grantedParts && writtenMinor <= granted
            && parts.Split.Sum() == packet.Amount.Minor && parts.Split.All(part => part > 0)
            && (packet.State == PacketState.Ended
                ? isSettled && balance == 0 && refunded == packet.Amount.Minor - granted
                : !isPaid || writtenMinor <= credited);
        return new(
            packet.PublicId, packet.Amount.Currency, packet.Amount.Minor, packet.Parts,
            packet.PhaseAt(clock.GetUtcNow(), null), grantedParts, granted, credited, written, people, writtenMinor, balance,
            refunded, pool?.PeopleOverLimit ?? 0, pool?.DuplicateKeys ?? 0, pool?.Drift, isSettled, isClean);
    }
}
