using Doorbuster.Contracts.Books;
using Doorbuster.Platform.Jobs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Doorbuster.SignIn;

/// <summary>
/// Takes back what was earned too long ago. What is earned first is spent first, so of a balance only what was earned lately
/// is still good; what the balance has beyond that is expired. It is booked under the person and the date, so it is taken once
/// however often or by how many processes it is done; the books refuse what would fall below zero.
/// </summary>
internal sealed class ExpirePoints(
    PointsStore store, IBooks books, IOptions<SignInOptions> options, TimeProvider clock, ILogger<ExpirePoints> log) : IJob
{
    public const string Reason = "points_expired";
    public const string HousePurpose = "points_expired";

    private const int PeopleAtOnce = 500;
    private const int MovementsAtOnce = 100;
    private const int TriesMax = 10;

    public async Task<string> Run(CancellationToken cancel)
    {
        var today = LocalDays.Of(clock.GetUtcNow(), options.Value.ShopZone);
        var (people, points) = (0, 0L);
        while (await store.Due(today, PeopleAtOnce, cancel) is { Count: > 0 } due)
        {
            foreach (var person in due)
            {
                points += await Expire(person, today, cancel);
                people++;
            }
        }
        if (people > 0)
            log.PointsExpired(points, people);
        return $"took {points} points back from {people} people";
    }

    /// <summary>How many were taken.</summary>
    internal async Task<long> Expire(long person, DateOnly today, CancellationToken cancel)
    {
        var taken = 0L;
        for (var attempt = 0; attempt < TriesMax; attempt++)
        {
            var account = BookAccounts.OfPerson(person);
            var balance = await books.Balance(account, BookUnits.Points, cancel);
            var amount = balance - await Good(person, account, balance, today, cancel);
            if (amount <= 0)
                break;
            var outcome = await books.Post(
                BookEntry.Move(
                    $"points-expiry:{person}:{today:yyyy-MM-dd}", Reason, clock.GetUtcNow(), BookUnits.Points, amount,
                    from: account, to: BookAccounts.OfHouse(HousePurpose)),
                cancel);
            if (outcome == BookOutcome.Insufficient)
                continue;    // spent meanwhile: look again
            taken = outcome == BookOutcome.Done ? amount : 0;    // otherwise another process did it
            break;
        }
        await store.Settle(person, today, cancel);
        return taken;
    }

    // What may stay: sign-ins whose date has not come, and what came otherwise (given back, a gift) within the same time.
    private async Task<long> Good(
        long person, string account, long balance, DateOnly today, CancellationToken cancel)
    {
        var good = (await store.Lots(person, cancel)).Where(lot => lot.On > today).Sum(lot => lot.Points);
        var before = long.MaxValue;
        while (good < balance
            && await books.Movements(account, BookUnits.Points, before, MovementsAtOnce, cancel) is { Count: > 0 } some)
        {
            foreach (var movement in some)
            {
                if (LocalDays.Of(movement.At, options.Value.ShopZone).AddDays(options.Value.PointsLifeDays) <= today)
                    return good;
                if (movement is { Amount: > 0, Reason: not BookPointsOnClaimsMade.Reason })
                    good += movement.Amount;
            }
            before = some[^1].Id;
        }
        return good;
    }
}
