using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;

namespace Doorbuster.FlashSales;

/// <summary>The numbers are versions: a ticket's status only ever rises.</summary>
internal enum TicketStatus { Queued = 1, Confirmed = 2, Kept = 3, Released = 4, Lost = 5 }

/// <summary>What became of a claim; its id is the claim's.</summary>
internal sealed record Ticket(long Id, TicketStatus Status, ClaimView? Claim)
{
    public const string PublicPrefix = "tkt";

    /// <summary>The gate's entries reach the ledger long before; what has not by then was refused there.</summary>
    public static readonly TimeSpan QueuedMax = TimeSpan.FromSeconds(60);

    // Ids are made by other nodes, whose clocks may be a little ahead.
    private static readonly TimeSpan SkewMax = TimeSpan.FromSeconds(10);

    public bool IsFinal => Status is TicketStatus.Kept or TicketStatus.Released or TicketStatus.Lost;

    public string Word => Status switch
    {
        TicketStatus.Queued => "queued",
        TicketStatus.Confirmed => "confirmed",
        TicketStatus.Kept => "kept",
        TicketStatus.Released => "released",
        _ => "lost",
    };

    public int Version => (int)Status;

    /// <summary>
    /// Null when the ticket is not this person's. While the ledger has not got the claim, its id alone says whose it
    /// may be (it carries the person's bucket): enough, as such a ticket tells nothing but "queued" or "lost".
    /// </summary>
    public static Ticket? Of(long id, long person, ClaimView? claim, DateTimeOffset now)
    {
        if (claim is not null)
            return claim.Person == person ? new(id, StatusOf(claim.State), claim) : null;
        var age = now - Ids.TimeOf(id);
        if (Ids.BucketIn(id) != Ids.BucketOf(person) || age < -SkewMax)
            return null;
        return new(id, age < QueuedMax ? TicketStatus.Queued : TicketStatus.Lost, null);
    }

    private static TicketStatus StatusOf(ClaimState state) => state switch
    {
        ClaimState.Held => TicketStatus.Confirmed,
        ClaimState.Kept => TicketStatus.Kept,
        _ => TicketStatus.Released,
    };
}
