using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Doorbuster.Contracts.Books;

namespace Doorbuster.Books;

/// <summary>One account's holding of one unit.</summary>
internal readonly record struct Holding(string Account, string Unit)
{
    private const string PersonPrefix = "person:";
    private const string HousePrefix = "house:";

    public bool MayBeNegative => Account.StartsWith(HousePrefix, StringComparison.Ordinal);

    public long? Person => Account.StartsWith(PersonPrefix, StringComparison.Ordinal)
        && long.TryParse(Account.AsSpan(PersonPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : null;

    public bool IsNamed => Person is not null || (MayBeNegative && Account.Length > HousePrefix.Length);
}

/// <summary>An entry that may be booked: its postings added up per holding, and a hash that tells it from others.</summary>
internal sealed record Draft(BookEntry Entry, byte[] Content, IReadOnlyList<(Holding Holding, long Amount)> Postings)
{
    private const int KeyMax = 200;
    private const int NameMax = 100;
    private const int PostingsMax = 100;
    private const long AmountMax = 1_000_000_000_000_000;    // far beyond any money, far from overflow

    /// <exception cref="ArgumentException">The entry could not be booked whatever the accounts hold: the caller has a
    /// bug.</exception>
    public static Draft Of(BookEntry entry)
    {
        if (entry.Key.Length is 0 or > KeyMax)
            throw new ArgumentException($"An entry's key has 1 to {KeyMax} characters: '{entry.Key}'.", nameof(entry));
        if (entry.Reason.Length is 0 or > NameMax)
            throw new ArgumentException($"{entry.Key}: the reason has 1 to {NameMax} characters.", nameof(entry));
        if (entry.Postings.Count is 0 or > PostingsMax)
            throw new ArgumentException($"{entry.Key}: an entry has 1 to {PostingsMax} postings.", nameof(entry));

        var sums = new Dictionary<Holding, long>();
        var units = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var posting in entry.Postings)
        {
            var holding = new Holding(posting.Account, posting.Unit);
            if (!holding.IsNamed || posting.Account.Length > NameMax || posting.Unit.Length is 0 or > NameMax)
                throw new ArgumentException($"{entry.Key}: no such account: '{posting.Account}'.", nameof(entry));
            if (posting.Amount is < -AmountMax or > AmountMax)
                throw new ArgumentException($"{entry.Key}: {posting.Amount} is out of range.", nameof(entry));
            sums[holding] = sums.GetValueOrDefault(holding) + posting.Amount;
            units[posting.Unit] = units.GetValueOrDefault(posting.Unit) + posting.Amount;
        }
        foreach (var (unit, sum) in units)
            if (sum != 0)
                throw new ArgumentException($"{entry.Key}: its postings in {unit} sum to {sum}, not to zero.", nameof(entry));

        var postings = sums.Where(one => one.Value != 0).Select(one => (one.Key, one.Value))
            .OrderBy(one => one.Key.Account, StringComparer.Ordinal).ThenBy(one => one.Key.Unit, StringComparer.Ordinal)
            .ToList();
        return new(entry, Hash(entry.Reason, postings), postings);
    }

    // When it happened is not part of it: a retry may say another time.
    private static byte[] Hash(string reason, IEnumerable<(Holding Holding, long Amount)> postings)
    {
        var text = new StringBuilder(reason).Append('\n');
        foreach (var (holding, amount) in postings)
            text.Append(CultureInfo.InvariantCulture, $"{holding.Account}\t{holding.Unit}\t{amount}\n");
        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
    }
}

/// <summary>What becomes of some drafts, given what is booked and what the locked accounts hold.</summary>
internal sealed class Booking
{
    private Booking(BookOutcome[] outcomes) => Outcomes = outcomes;

    /// <summary>The i-th is the i-th draft's.</summary>
    public BookOutcome[] Outcomes { get; }

    public List<Draft> Booked { get; } = [];

    /// <summary>The postings of those, each with its holding's balance after it.</summary>
    public List<(Draft Of, Holding Holding, long Amount, long Balance)> Postings { get; } = [];

    /// <summary>The balance after all of them of each holding that changed.</summary>
    public Dictionary<Holding, long> Balances { get; } = [];

    /// <param name="booked">The content under each key that was booked before.</param>
    /// <param name="held">The balances of the holdings that exist.</param>
    public static Booking Decide(
        IReadOnlyList<Draft> drafts, IReadOnlyDictionary<string, byte[]> booked, IReadOnlyDictionary<Holding, long> held)
    {
        var booking = new Booking(new BookOutcome[drafts.Count]);
        var now = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        for (var i = 0; i < drafts.Count; i++)
        {
            var draft = drafts[i];
            if (booked.TryGetValue(draft.Entry.Key, out var before) || now.TryGetValue(draft.Entry.Key, out before))
                booking.Outcomes[i] =
                    before.AsSpan().SequenceEqual(draft.Content) ? BookOutcome.AlreadyDone : BookOutcome.KeyReused;
            else if (!booking.TryBook(draft, held))
                booking.Outcomes[i] = BookOutcome.Insufficient;
            else
                now[draft.Entry.Key] = draft.Content;
        }
        return booking;
    }

    // Later drafts see what earlier ones left.
    private bool TryBook(Draft draft, IReadOnlyDictionary<Holding, long> held)
    {
        var after = new List<(Holding Holding, long Amount, long Balance)>(draft.Postings.Count);
        foreach (var (holding, amount) in draft.Postings)
        {
            var balance = checked(
                (Balances.TryGetValue(holding, out var changed) ? changed : held.GetValueOrDefault(holding)) + amount);
            if (balance < 0 && !holding.MayBeNegative)
                return false;
            after.Add((holding, amount, balance));
        }

        Booked.Add(draft);
        foreach (var (holding, amount, balance) in after)
        {
            Postings.Add((draft, holding, amount, balance));
            Balances[holding] = balance;
        }
        return true;
    }
}
