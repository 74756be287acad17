using Doorbuster.Contracts.Books;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform.Messaging;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Doorbuster.SignIn;

/// <summary>
/// Books the points of sign-ins, each under the key of its person and date, from the row that is committed before: however
/// often the message comes, the same is booked once. Writes the rows whose requests did not live to do it.
/// </summary>
internal sealed class BookPointsOnClaimsMade(
    DayPools pools, DayStore days, IBooks books, Calendar calendar, ILogger<BookPointsOnClaimsMade> log) : IConsumer<ClaimsMade>
{
    public const string Reason = "sign_in";
    public const string HousePurpose = "points_issued";

    public static string BookKey(long person, DateOnly day) => $"sign-in:{person}:{day:yyyy-MM-dd}";

    public bool Concerns(ClaimsMade message) => message.Kind == DayPools.Kind;

    public async Task Consume(ClaimsMade message, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        var day = await pools.DayOf(message.Pool, cancel);
        var written = (await days.FindMany(message.People, day, cancel)).ToDictionary(signed => signed.Person);
        for (var i = 0; i < message.Ids.Length; i++)
        {
            if (written.ContainsKey(message.People[i]))
                continue;
            var claim = new ClaimView(
                message.Ids[i], message.Pool, message.People[i], 1, ClaimState.Kept, message.Ordinals[i], null, message.MadeAt);
            written[claim.Person] = await days.Write(day, claim, requestKey: null, cancel);
        }

        BookEntry[] entries = [.. written.Values.Where(signed => signed.Points > 0).Select(EntryOf)];
        var outcomes = await books.PostAll(entries, cancel);
        for (var i = 0; i < entries.Length; i++)
            if (outcomes[i] is not (BookOutcome.Done or BookOutcome.AlreadyDone))
                log.PointsNotBooked(entries[i].Key, outcomes[i]);
        await Task.WhenAll(written.Values.Select(signed => calendar.Mark(signed.Person, day)));
    }

    private static BookEntry EntryOf(SignedDay signed) => BookEntry.Move(
        BookKey(signed.Person, signed.Day), Reason, signed.SignedAt, BookUnits.Points, signed.Points,
        from: BookAccounts.OfHouse(HousePurpose), to: BookAccounts.OfPerson(signed.Person));
}
