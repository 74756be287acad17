using Doorbuster.Contracts.Books;

namespace Doorbuster.Books;

/// <summary>The books as other features use them.</summary>
internal sealed class Ledger(BookStore store) : IBooks
{
    private const int EntriesOfTransactionMax = 512;    // so that others wait milliseconds for a shared account

    public async Task<BookOutcome> Post(BookEntry entry, CancellationToken cancel) =>
        (await store.Book([Draft.Of(entry)], cancel))[0];

    public async Task<IReadOnlyList<BookOutcome>> PostAll(IReadOnlyList<BookEntry> entries, CancellationToken cancel)
    {
        var drafts = entries.Select(Draft.Of).ToList();    // one that is wrong is found before any is booked
        var outcomes = new List<BookOutcome>(drafts.Count);
        foreach (var some in drafts.Chunk(EntriesOfTransactionMax))
            outcomes.AddRange(await store.Book(some, cancel));
        return outcomes;
    }

    public Task<long> Balance(string account, string unit, CancellationToken cancel) =>
        store.Balance(account, unit, cancel);

    public async Task<IReadOnlyDictionary<string, long>> Balances(string account, CancellationToken cancel) =>
        (await store.Balances(account, cancel)).ToDictionary(one => one.Unit, one => one.Balance, StringComparer.Ordinal);

    public async Task<IReadOnlyList<Movement>> Movements(
        string account, string unit, long before, int count, CancellationToken cancel) =>
        await store.Movements(account, unit, before, count, cancel);
}
