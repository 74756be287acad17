namespace Doorbuster.LoadTest.Sales;

/// <summary>How a person's purchase ended.</summary>
internal enum Ending
{
    None,
    Admitted,
    SoldOut,
    Limit,
    NotOpen,
    Closed,
    Paused,

    /// <summary>The claim was made, and released before its answer got through.</summary>
    Released,

    /// <summary>A ticket was given, and the ledger did not take the claim.</summary>
    TicketLost,

    /// <summary>Another clear no: signed out, blocked, a request the server did not like.</summary>
    Refused,

    /// <summary>Patience ran out before a clear answer.</summary>
    Unanswered,
}

internal static class SaleCodes
{
    /// <summary>The ending a problem's stable code means; <see cref="Ending.None"/> for one that does not settle the matter.</summary>
    public static Ending EndingOf(ReadOnlySpan<byte> code) =>
        code.SequenceEqual("sold_out"u8) ? Ending.SoldOut
        : code.SequenceEqual("limit_reached"u8) ? Ending.Limit
        : code.SequenceEqual("not_open"u8) ? Ending.NotOpen
        : code.SequenceEqual("closed"u8) ? Ending.Closed
        : code.SequenceEqual("paused"u8) ? Ending.Paused
        : code.SequenceEqual("claim_released"u8) || code.SequenceEqual("released"u8) ? Ending.Released
        : code.SequenceEqual("lost"u8) ? Ending.TicketLost
        : Ending.None;

    /// <summary>Word and ending, in the order of the outcome table.</summary>
    public static readonly (string Name, Ending Ending)[] Outcomes =
    [
        ("admitted", Ending.Admitted), ("sold_out", Ending.SoldOut), ("limit", Ending.Limit), ("not_open", Ending.NotOpen),
        ("closed", Ending.Closed), ("paused", Ending.Paused), ("released", Ending.Released), ("ticket_lost", Ending.TicketLost),
        ("refused", Ending.Refused), ("unanswered", Ending.Unanswered),
    ];
}
