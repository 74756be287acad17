using System.Globalization;
using Doorbuster.Books;
using Doorbuster.Contracts.Books;
using Doorbuster.Contracts.People;
using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.IntegrationTests.Books;

/// <summary>The books on a real PostgreSQL: what is booked, what is refused, and what many at once cannot do.</summary>
public sealed class BooksTests(Database database) : IClassFixture<Database>, IAsyncLifetime
{
    private const string Unit = "GBP";
    private static readonly string House = BookAccounts.OfHouse("bank");
    private static readonly DateTimeOffset At = new(2026, 11, 20, 10, 0, 0, TimeSpan.FromHours(1));
    private static long _people = 1_000;

    private IServiceProvider _services = null!;

    private IBooks Books => _services.GetRequiredService<IBooks>();

    public async ValueTask InitializeAsync() => _services = await database.StartProcess(Work.None);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task An_entry_moves_both_accounts_and_tells_of_it_once()
    {
        var (person, account) = NewPerson();
        var entry = BookEntry.Move(Key(), "gift", At, Unit, 500, House, account);
        Assert.Equal(BookOutcome.Done, await Post(entry));
        Assert.Equal(BookOutcome.AlreadyDone, await Post(entry with { At = At.AddDays(1) }));
        Assert.Equal(BookOutcome.KeyReused, await Post(BookEntry.Move(entry.Key, "gift", At, Unit, 501, House, account)));
        Assert.Equal(BookOutcome.KeyReused, await Post(entry with { Reason = "other" }));

        Assert.Equal(500, await Books.Balance(account, Unit, default));
        Assert.Equal(0, await Books.Balance(account, "USD", default));
        var movement = Assert.Single(await Books.Movements(account, Unit, long.MaxValue, 40, default));
        Assert.Equal(("gift", Unit, 500, 500, At), (movement.Reason, movement.Unit, movement.Amount, movement.Balance, movement.At));
        Assert.Equal(1, await Told(person, "wallet"));
    }

    [Fact]
    public async Task A_person_cannot_spend_what_is_not_there_and_the_key_is_free_for_later()
    {
        var (person, account) = NewPerson();
        await Post(BookEntry.Move(Key(), "gift", At, BookUnits.Points, 30, House, account));
        var spend = BookEntry.Move(Key(), "spent", At, BookUnits.Points, 31, account, House);
        Assert.Equal(BookOutcome.Insufficient, await Post(spend));
        Assert.Equal(30, await Books.Balance(account, BookUnits.Points, default));
        await Post(BookEntry.Move(Key(), "gift", At, BookUnits.Points, 1, House, account));
        Assert.Equal(BookOutcome.Done, await Post(spend));
        Assert.Equal(0, await Books.Balance(account, BookUnits.Points, default));
        Assert.Equal(3, await Told(person, "points"));
    }

    [Fact]
    public async Task Fifty_who_spend_one_balance_at_once_spend_it_once()
    {
        var (_, account) = NewPerson();
        await Post(BookEntry.Move(Key(), "gift", At, Unit, 1_000, House, account));
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ =>
            Post(BookEntry.Move(Key(), "spent", At, Unit, 300, account, House))));
        Assert.Equal(3, outcomes.Count(outcome => outcome == BookOutcome.Done));
        Assert.Equal(47, outcomes.Count(outcome => outcome == BookOutcome.Insufficient));
        Assert.Equal(100, await Books.Balance(account, Unit, default));
    }

    [Fact]
    public async Task One_key_in_parallel_is_booked_once_whatever_it_says()
    {
        var (_, one) = NewPerson();
        var (_, other) = NewPerson();
        var key = Key();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(i =>
            Post(BookEntry.Move(key, "gift", At, Unit, 10, House, i % 2 == 0 ? one : other))));
        Assert.Equal(1, outcomes.Count(outcome => outcome == BookOutcome.Done));
        Assert.Equal(24, outcomes.Count(outcome => outcome == BookOutcome.AlreadyDone));
        Assert.Equal(25, outcomes.Count(outcome => outcome == BookOutcome.KeyReused));
        Assert.Equal(10, await Books.Balance(one, Unit, default) + await Books.Balance(other, Unit, default));
    }

    [Fact]
    public async Task One_that_is_refused_does_not_hold_up_the_others_of_its_batch()
    {
        var (_, poor) = NewPerson();
        var (_, rich) = NewPerson();
        var key = Key();
        var outcomes = await Books.PostAll(
            [
                BookEntry.Move(Key(), "spent", At, Unit, 1, poor, House),
                BookEntry.Move(key, "gift", At, Unit, 5, House, rich),
                BookEntry.Move(Key(), "spent", At, Unit, 5, rich, poor),
                BookEntry.Move(Key(), "spent", At, Unit, 1, rich, poor),
                BookEntry.Move(key, "gift", At, Unit, 5, House, rich),
                BookEntry.Move(key, "gift", At, Unit, 6, House, rich),
                BookEntry.Move(Key(), "spent", At, Unit, 5, poor, House),
            ], default);
        Assert.Equal(
            [
                BookOutcome.Insufficient, BookOutcome.Done, BookOutcome.Done, BookOutcome.Insufficient,
                BookOutcome.AlreadyDone, BookOutcome.KeyReused, BookOutcome.Done,
            ], outcomes);
        Assert.Equal(0, await Books.Balance(poor, Unit, default));
        Assert.Equal(0, await Books.Balance(rich, Unit, default));
    }

    [Fact]
    public async Task Batches_that_cross_on_the_same_new_accounts_neither_block_each_other_nor_lose_a_penny()
    {
        var accounts = Enumerable.Range(0, 40).Select(_ => NewPerson().Account).ToArray();
        var random = new Random(20261120);
        var batches = Enumerable.Range(0, 12).Select(_ => Enumerable.Range(0, 100)
            .Select(_ => BookEntry.Move(
                Key(), "moved", At, Unit, random.Next(1, 50),
                random.Next(3) == 0 ? House : accounts[random.Next(accounts.Length)],
                random.Next(3) == 0 ? House : accounts[random.Next(accounts.Length)]))
            .Where(entry => entry.Postings[0].Account != entry.Postings[1].Account)
            .ToList()).ToList();

        // Twice each at once, so that every key is contested too.
        var outcomes = await Task.WhenAll(batches.Concat(batches).Select(batch => Books.PostAll(batch, default)));

        for (var i = 0; i < batches.Count; i++)
            Assert.All(outcomes[i].Zip(outcomes[i + batches.Count]), pair =>
                Assert.True(pair is not (BookOutcome.Done, BookOutcome.Done)));
        Assert.Contains(BookOutcome.Insufficient, outcomes.SelectMany(one => one));
        var audit = await _services.GetRequiredService<BookAudit>().Run(default);
        Assert.True(audit.IsClean, audit.ToString());
    }

    [Fact]
    public async Task Random_histories_end_as_the_same_history_in_memory()
    {
        for (var seed = 1; seed <= 5; seed++)
        {
            var random = new Random(seed);
            var accounts = Enumerable.Range(0, 6).Select(_ => NewPerson().Account).Append(House + seed).ToArray();
            var keys = Enumerable.Range(0, 60).Select(_ => Key()).ToArray();
            var (balances, known) = (new Dictionary<(string, string), long>(), new Dictionary<string, string>());
            for (var step = 0; step < 12; step++)
            {
                var batch = Enumerable.Range(0, random.Next(1, 20)).Select(_ => Some(random, keys, accounts)).ToList();
                var expected = batch.Select(entry => Model(entry, balances, known)).ToList();
                Assert.Equal(expected, await Books.PostAll(batch, default));
            }
            foreach (var ((account, unit), balance) in balances)
                Assert.Equal(balance, await Books.Balance(account, unit, default));
        }
    }

    [Fact]
    public async Task The_database_refuses_what_the_program_would_not_do()
    {
        var (_, account) = NewPerson();
        await Post(BookEntry.Move(Key(), "gift", At, Unit, 5, House, account));
        await Refused("entries_sum_to_zero", "insert into books.postings (entry, account, unit, amount, balance) values (1, $1, 'GBP', 1, 1)", account);
        await Refused("never_below_zero", "update books.accounts set balance = -1 where account = $1", account);
        await Refused(null, "update books.postings set amount = 6 where account = $1", account);
        await Refused(null, "delete from books.postings where account = $1", account);
    }

    [Fact]
    public async Task An_entry_that_makes_no_sense_is_refused_before_anything_is_booked()
    {
        var (_, account) = NewPerson();
        var good = BookEntry.Move(Key(), "gift", At, Unit, 5, House, account);
        foreach (var bad in new[]
        {
            good with { Key = "" },
            good with { Key = new string('k', 201) },
            good with { Reason = "" },
            good with { Postings = [] },
            good with { Postings = [new(account, Unit, 1)] },
            good with { Postings = [new(account, Unit, 1), new(House, "USD", -1)] },
            good with { Postings = [new("someone", Unit, 1), new(House, Unit, -1)] },
            good with { Postings = [new("person:x", Unit, 1), new(House, Unit, -1)] },
            good with { Postings = [new(account, Unit, long.MaxValue), new(House, Unit, -long.MaxValue)] },
        })
            await Assert.ThrowsAsync<ArgumentException>(() => Books.PostAll([good, bad], default));
        Assert.Empty(await Books.Balances(account, default));
    }

    private static (long Id, string Account) NewPerson()
    {
        var id = Interlocked.Increment(ref _people);
        return (id, BookAccounts.OfPerson(id));
    }

    private static string Key() => $"test:{Guid.CreateVersion7(TimeProvider.System.GetUtcNow())}";

    private Task<BookOutcome> Post(BookEntry entry) => Books.Post(entry, CancellationToken.None);

    private static BookEntry Some(Random random, string[] keys, string[] accounts)
    {
        var legs = random.Next(2, 5);
        var postings = new List<Posting>();
        var unit = random.Next(4) == 0 ? BookUnits.Points : Unit;
        var sum = 0L;
        for (var i = 1; i < legs; i++)
        {
            var amount = random.Next(-30, 31);
            sum += amount;
            postings.Add(new(accounts[random.Next(accounts.Length)], unit, amount));
        }
        postings.Add(new(accounts[^1], unit, -sum));
        return new BookEntry { Key = keys[random.Next(keys.Length)], Reason = "some", At = At, Postings = postings };
    }

    private static BookOutcome Model(
        BookEntry entry, Dictionary<(string, string), long> balances, Dictionary<string, string> known)
    {
        var sums = entry.Postings.GroupBy(posting => (posting.Account, posting.Unit))
            .Select(group => (group.Key, Amount: group.Sum(posting => posting.Amount)))
            .Where(one => one.Amount != 0).OrderBy(one => one.Key.Account, StringComparer.Ordinal).ToList();
        var content = string.Join(';', sums.Select(one =>
            string.Create(CultureInfo.InvariantCulture, $"{one.Key.Account} {one.Key.Unit} {one.Amount}")));
        if (known.TryGetValue(entry.Key, out var before))
            return before == content ? BookOutcome.AlreadyDone : BookOutcome.KeyReused;
        if (sums.Any(one => one.Key.Account.StartsWith("person:", StringComparison.Ordinal)
            && balances.GetValueOrDefault(one.Key) + one.Amount < 0))
            return BookOutcome.Insufficient;
        foreach (var (key, amount) in sums)
            balances[key] = balances.GetValueOrDefault(key) + amount;
        known[entry.Key] = content;
        return BookOutcome.Done;
    }

    private async Task<long> Told(long person, string part) => (await database.Sql.Query(
        """
        select count(*) from messaging.outbox
        where type = $1 and body ->> 'part' = $2 and (body -> 'people')::text like '%' || $3 || '%'
        """, row => row.GetInt64(0), CancellationToken.None,
        new() { Value = nameof(PersonChanged) }, new() { Value = part }, new() { Value = $"{person}" })).Single();

    private async Task Refused(string? constraint, string sql, string account)
    {
        var error = await Assert.ThrowsAsync<PostgresException>(() =>
            database.Sql.Execute(sql, CancellationToken.None, new NpgsqlParameter { Value = account }));
        Assert.Equal(PostgresErrorCodes.CheckViolation, error.SqlState);
        if (constraint is not null)
            Assert.Equal(constraint, error.ConstraintName);
    }
}
