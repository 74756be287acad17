namespace Doorbuster.Claims;

/// <summary>Limits of the engine; constants until somebody needs to turn one.</summary>
internal static class ClaimsOptions
{
    /// <summary>Claims a batch: one gate script and one ledger statement each.</summary>
    public const int BatchMax = 512;

    /// <summary>Requests of one pool on their way from which on orders are written later, so that these are answered sooner.</summary>
    public const int RushMin = BatchMax / 4;

    /// <summary>Requests of one pool on their way in one process; the next one is refused with "away".</summary>
    public const int OnTheirWayMax = 8_192;

    /// <summary>Units a claim; more is taken for a mistake.</summary>
    public const int QuantityMax = 10_000;

    public const int KeyLengthMax = 255;

    /// <summary>How often a newer epoch may send a request back to the gate before it is told to come again.</summary>
    public const int TurnsMax = 4;

    /// <summary>Age at which what a process knows of a pool is read again, ms.</summary>
    public const long PoolAgeMaxMs = 1_000;

    /// <summary>Age at which one request may ask the gate whether "sold out" is still true, ms.</summary>
    public const long SoldOutAgeMaxMs = 1_000;

    /// <summary>Unknown pool ids remembered, so that asking for them does not reach the ledger.</summary>
    public const int UnknownPoolsMax = 10_000;
}
