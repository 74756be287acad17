using Doorbuster.Contracts.Books;
using Doorbuster.Contracts.People;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.Books;

internal sealed class BookStore([FromKeyedServices(BooksFeature.SchemaName)] NpgsqlDataSource db)
{
    public const string WalletPart = "wallet";

    private const int PeopleOfMessageMax = 512;
    private const int ContestsMax = 20;    // each lost one was won by somebody: far more than ever happen in a row

    /// <summary>Books what can be booked of these drafts in one transaction.</summary>
    public async Task<BookOutcome[]> Book(IReadOnlyList<Draft> drafts, CancellationToken cancel)
    {
        for (var contest = 0; contest < ContestsMax; contest++)
            if (await TryBook(drafts, cancel) is { } outcomes)
                return outcomes;
        throw new InvalidOperationException($"Booking lost {ContestsMax} contests for a key or an account in a row.");
    }

    public async Task<long> Balance(string account, string unit, CancellationToken cancel) =>
        (await db.Query(
            "select balance from books.accounts where account = $1 and unit = $2", row => row.GetInt64(0), cancel,
            new() { Value = account }, new() { Value = unit })).FirstOrDefault();

    public Task<List<(string Unit, long Balance)>> Balances(string account, CancellationToken cancel) => db.Query(
        "select unit, balance from books.accounts where account = $1 order by unit",
        row => (row.GetString(0), row.GetInt64(1)), cancel, new NpgsqlParameter { Value = account });

    /// <param name="unit">Null for all units.</param>
    public Task<List<Movement>> Movements(
        string account, string? unit, long before, int count, CancellationToken cancel) => db.Query(
        """
        select p.id, e.reason, p.unit, p.amount, p.balance, e.at
        from (
          select m.* from books.accounts a, lateral (
            select * from books.postings p
            where p.account = a.account and p.unit = a.unit and p.id < $3
            order by p.id desc limit $4) m
          where a.account = $1 and ($2 = '' or a.unit = $2)
          order by m.id desc limit $4) p
        join books.entries e on e.id = p.entry
        order by p.id desc
        """,
        row => new Movement(
            row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetInt64(4),
            row.GetFieldValue<DateTimeOffset>(5)),
        cancel, new() { Value = account }, new() { Value = unit ?? "" },
        new() { Value = before }, new() { Value = count });

    // The order of locks is one for all: accounts that are there, from the last name down (the house's, which everybody
    // wants, come last and are held shortest); then new accounts; then keys. So nobody waits in a circle.
    private async Task<BookOutcome[]?> TryBook(IReadOnlyList<Draft> drafts, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var (held, booked) = await Lock(transaction, drafts, cancel);
        var booking = Booking.Decide(drafts, booked, held);
        if (booking.Booked.Count > 0)
        {
            if (!await Write(transaction, booking, held, cancel))
                return null;    // a key or an account came into being since we looked: look again
            await Tell(transaction, booking, cancel);
            await transaction.CommitAsync(cancel);
        }
        return booking.Outcomes;
    }

    private static async Task<(Dictionary<Holding, long> Held, Dictionary<string, byte[]> Booked)> Lock(
        NpgsqlTransaction transaction, IReadOnlyList<Draft> drafts, CancellationToken cancel)
    {
        var wanted = drafts.SelectMany(draft => draft.Postings).Select(one => one.Holding).Distinct().ToList();
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        // The keys are read in a statement of their own, after the locks: whoever booked one of them under these locks
        // has committed, and this statement sees it.
        batch.Add(
            """
            select a.account, a.unit, a.balance
            from unnest($1, $2) as w (account, unit) join books.accounts a using (account, unit)
            order by a.account desc, a.unit desc
            for no key update of a
            """,
            wanted.Select(one => one.Account).ToArray(), wanted.Select(one => one.Unit).ToArray());
        batch.Add(
            "select key, content from books.entries where key = any($1)",
            (object)drafts.Select(draft => draft.Entry.Key).Distinct(StringComparer.Ordinal).ToArray());

        var held = new Dictionary<Holding, long>();
        var booked = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            held[new(reader.GetString(0), reader.GetString(1))] = reader.GetInt64(2);
        await reader.NextResultAsync(cancel);
        while (await reader.ReadAsync(cancel))
            booked[reader.GetString(0)] = reader.GetFieldValue<byte[]>(1);
        return (held, booked);
    }

    private static async Task<bool> Write(
        NpgsqlTransaction transaction, Booking booking, Dictionary<Holding, long> held, CancellationToken cancel)
    {
        var fresh = booking.Balances.Where(one => !held.ContainsKey(one.Key)).ToList();
        var known = booking.Balances.Where(one => held.ContainsKey(one.Key)).ToList();
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        if (fresh.Count > 0)
            batch.Add(
                """
                insert into books.accounts (account, unit, balance)
                select * from unnest($1, $2, $3) as n (account, unit, balance) order by account desc, unit desc
                on conflict do nothing
                """, Columns(fresh));
        if (known.Count > 0)
            batch.Add(
                """
                update books.accounts a set balance = n.balance
                from unnest($1, $2, $3) as n (account, unit, balance)
                where a.account = n.account and a.unit = n.unit
                """, Columns(known));
        batch.Add(
            """
            with filed as (
              insert into books.entries (key, content, reason, at)
              select * from unnest($1, $2, $3, $4) as e (key, content, reason, at) order by key
              on conflict do nothing
              returning id, key)
            insert into books.postings (entry, account, unit, amount, balance)
            select f.id, p.account, p.unit, p.amount, p.balance
            from unnest($5, $6, $7, $8, $9) with ordinality as p (key, account, unit, amount, balance, place)
            join filed f using (key)
            order by p.place
            """,
            booking.Booked.Select(draft => draft.Entry.Key).ToArray(),
            booking.Booked.Select(draft => draft.Content).ToArray(),
            booking.Booked.Select(draft => draft.Entry.Reason).ToArray(),
            booking.Booked.Select(draft => draft.Entry.At.UtcDateTime).ToArray(),
            booking.Postings.Select(posting => posting.Of.Entry.Key).ToArray(),
            booking.Postings.Select(posting => posting.Holding.Account).ToArray(),
            booking.Postings.Select(posting => posting.Holding.Unit).ToArray(),
            booking.Postings.Select(posting => posting.Amount).ToArray(),
            booking.Postings.Select(posting => posting.Balance).ToArray());
        return await batch.ExecuteNonQueryAsync(cancel) == fresh.Count + known.Count + booking.Postings.Count;
    }

    private static object[] Columns(List<KeyValuePair<Holding, long>> balances) =>
    [
        balances.Select(one => one.Key.Account).ToArray(), balances.Select(one => one.Key.Unit).ToArray(),
        balances.Select(one => one.Value).ToArray(),
    ];

    private static async Task Tell(NpgsqlTransaction transaction, Booking booking, CancellationToken cancel)
    {
        var changed = booking.Balances.Keys.Where(holding => holding.Person is not null)
            .GroupBy(holding => holding.Unit == BookUnits.Points ? BookUnits.Points : WalletPart);
        foreach (var part in changed)
            foreach (var some in part.Select(holding => holding.Person!.Value).Distinct().Chunk(PeopleOfMessageMax))
                await transaction.Publish(new PersonChanged { People = some, Part = part.Key }, cancel);
    }
}

internal static class BatchExtensions
{
    extension(NpgsqlBatch batch)
    {
        public void Add(string sql, params ReadOnlySpan<object> values)
        {
            var command = new NpgsqlBatchCommand(sql);
            foreach (var value in values)
                command.Parameters.Add(new NpgsqlParameter { Value = value });
            batch.BatchCommands.Add(command);
        }
    }
}
