namespace Doorbuster.Contracts.Books;

/// <summary>
/// Double-entry bookkeeping of everything people own here: wallet money and points. What one account gets another gives, so
/// every entry sums to zero in each unit; the database holds that. An entry is booked once per key.
/// </summary>
public interface IBooks
{
    /// <summary>Books all postings of the entry or none. Committed when it returns.</summary>
    /// <remarks>When PostgreSQL is away it throws, and whether it was booked is unknown: try the same key again.</remarks>
    Task<BookOutcome> Post(BookEntry entry, CancellationToken cancel);

    /// <summary>As <see cref="Post"/>, many in one statement; the i-th outcome is the i-th entry's. One that is refused does
    /// not hold up the others.</summary>
    Task<IReadOnlyList<BookOutcome>> PostAll(IReadOnlyList<BookEntry> entries, CancellationToken cancel);

    /// <summary>What the account holds of this unit; 0 when it never held any.</summary>
    Task<long> Balance(string account, string unit, CancellationToken cancel);

    /// <summary>All units the account holds.</summary>
    Task<IReadOnlyDictionary<string, long>> Balances(string account, CancellationToken cancel);

    /// <summary>The account's movements from the newest down, older than <paramref name="before"/>.</summary>
    Task<IReadOnlyList<Movement>> Movements(
        string account, string unit, long before, int count, CancellationToken cancel);
}

public enum BookOutcome
{
    Done,

    /// <summary>The same entry was booked under this key before.</summary>
    AlreadyDone,

    /// <summary>Another entry was booked under this key.</summary>
    KeyReused,

    /// <summary>A person's account would fall below zero; nothing was booked.</summary>
    Insufficient,
}

public sealed record BookEntry
{
    /// <summary>What happened, once: e.g. <c>redpacket:42:7</c>. At most 200 characters.</summary>
    public required string Key { get; init; }

    /// <summary>Stable code of why, e.g. <c>red_packet</c>, <c>sign_in</c>, <c>spent_at_checkout</c>.</summary>
    public required string Reason { get; init; }
    public required DateTimeOffset At { get; init; }
    public required IReadOnlyList<Posting> Postings { get; init; }

    /// <summary>One amount from one account to another.</summary>
    public static BookEntry Move(
        string key, string reason, DateTimeOffset at, string unit, long amount, string from, string to) =>
        new()
        {
            Key = key,
            Reason = reason,
            At = at,
            Postings = [new(from, unit, -amount), new(to, unit, amount)],
        };
}

/// <param name="Unit">A currency (then minor units) or <see cref="BookUnits.Points"/>.</param>
/// <param name="Amount">What the account gains; negative: gives.</param>
public readonly record struct Posting(string Account, string Unit, long Amount);

/// <param name="Balance">Of the account after it.</param>
public sealed record Movement(long Id, string Reason, string Unit, long Amount, long Balance, DateTimeOffset At);

public static class BookUnits
{
    public const string Points = "points";
}

/// <summary>Names of accounts. A person's may not fall below zero; the house's may.</summary>
public static class BookAccounts
{
    public static string OfPerson(long person) => $"person:{person}";

    public static string OfHouse(string purpose) => $"house:{purpose}";
}
