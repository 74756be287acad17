using Doorbuster.Books;
using Doorbuster.Contracts.Books;
using FsCheck;
using FsCheck.Fluent;

namespace Doorbuster.Tests.Books;

public sealed class BookingTests
{
    private static readonly string[] Accounts =
        ["person:1", "person:2", "person:3", "house:a", "house:b"];

    private static readonly string[] Units = ["GBP", "JPY", BookUnits.Points];

    private static Gen<BookEntry> Entries =>
        from key in Gen.Choose(0, 30)
        from unit in Gen.Elements(Units)
        from amount in Gen.Choose(1, 100)
        from giver in Gen.Elements(Accounts)
        from taker in Gen.Elements(Accounts)
        select BookEntry.Move($"k{key}", "some", DateTimeOffset.UnixEpoch, unit, amount, giver, taker);

    [Fact]
    public void Whatever_is_booked_sums_to_zero_and_leaves_nobody_below_it() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Entries.ListOf().ToArbitrary(), entries =>
            {
                var drafts = entries.Select(Draft.Of).ToList();
                var held = new Dictionary<Holding, long> { [new("person:1", "GBP")] = 50, [new("house:a", "GBP")] = -50 };
                var booking = Booking.Decide(drafts, new Dictionary<string, byte[]>(), held);

                Assert.All(
                    booking.Postings.GroupBy(one => (one.Of, one.Holding.Unit)),
                    entry => Assert.Equal(0, entry.Sum(one => one.Amount)));
                Assert.All(booking.Postings, one => Assert.True(one.Balance >= 0 || one.Holding.MayBeNegative));
                foreach (var (holding, balance) in booking.Balances)
                    Assert.Equal(
                        balance,
                        held.GetValueOrDefault(holding)
                        + booking.Postings.Where(one => one.Holding == holding).Sum(one => one.Amount));
                Assert.Equal(
                    booking.Outcomes.Count(outcome => outcome == BookOutcome.Done),
                    booking.Booked.Select(draft => draft.Entry.Key).Distinct().Count());
            }));

    [Fact]
    public void Booking_the_same_again_books_nothing() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(100), Prop.ForAll(Entries.ListOf().ToArbitrary(), entries =>
            {
                var drafts = entries.Select(Draft.Of).ToList();
                var first = Booking.Decide(drafts, new Dictionary<string, byte[]>(), new Dictionary<Holding, long>());
                var booked = first.Booked.ToDictionary(draft => draft.Entry.Key, draft => draft.Content);
                var again = Booking.Decide(first.Booked, booked, first.Balances);
                Assert.Empty(again.Postings);
                Assert.All(again.Outcomes, outcome => Assert.Equal(BookOutcome.AlreadyDone, outcome));
            }));

    [Fact]
    public void Postings_of_one_account_count_together()
    {
        var entry = new BookEntry
        {
            Key = "k",
            Reason = "r",
            At = DateTimeOffset.UnixEpoch,
            Postings = [new("person:1", "GBP", -10), new("person:1", "GBP", 12), new("house:a", "GBP", -2)],
        };
        var booking = Booking.Decide(
            [Draft.Of(entry)], new Dictionary<string, byte[]>(), new Dictionary<Holding, long>());
        Assert.Equal(BookOutcome.Done, Assert.Single(booking.Outcomes));
        Assert.Equal(2, booking.Balances[new("person:1", "GBP")]);
    }
}
