using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Npgsql;

namespace Doorbuster.SignIn;

internal abstract record SigningIn
{
    private SigningIn() { }

    /// <param name="NextAt">When the person's next date begins.</param>
    public sealed record Done(SignedDay Day, DateTimeOffset NextAt, bool IsReplay) : SigningIn;

    public sealed record AlreadyDone(DateOnly Day, DateTimeOffset NextAt) : SigningIn;

    /// <summary>Accepted but not in the ledger yet: the same request goes on from there.</summary>
    public sealed record Unsettled : SigningIn;
}

/// <summary>Signs a person in for today: a claim on the date's pool, which the ledger grants once, then the date's row.</summary>
internal sealed class SignInDesk(
    IClaims claims, DayPools pools, DayStore days, PersonZones zones, Calendar calendar, TimeProvider clock)
{
    private static readonly TimeSpan ClaimWait = TimeSpan.FromSeconds(2);

    public async Task<SigningIn> SignIn(long person, string key, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var zone = await zones.Of(person, now, cancel);
        if (await days.FindByKey(person, key, cancel) is { } earlier)
            return new SigningIn.Done(earlier, LocalDays.EndOf(earlier.Day, zone), IsReplay: true);

        var today = LocalDays.Of(now, zone);
        var next = LocalDays.EndOf(today, zone);
        var pool = await pools.Get(today, cancel);
        var result = await claims.Claim(new ClaimRequest(pool, person, 1, DayStore.ClaimKey(person), ClaimWait), cancel);
        switch (result.Outcome)
        {
            case ClaimOutcome.Claimed or ClaimOutcome.Replayed:
                return await Write(person, key, today, next, result.Claim!, cancel);
            case ClaimOutcome.LimitReached:
                return new SigningIn.AlreadyDone(today, next);
            case ClaimOutcome.Queued:
                return new SigningIn.Unsettled();
            case ClaimOutcome.Away:
                throw new StoreAwayException("claims");
            default:
                throw new InvalidOperationException($"A claim on pool {pool} of {today:o} ended as {result.Outcome}.");
        }
    }

    // Of requests that come at once, one has its key in the row: that one signed in, the others find it done.
    private async Task<SigningIn> Write(
        long person, string key, DateOnly today, DateTimeOffset next, ClaimView claim, CancellationToken cancel)
    {
        SignedDay written;
        try
        {
            written = await days.Write(today, claim, key, cancel);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            // The key signed in for another date this moment: midnight fell between a request and its retry.
            return await days.FindByKey(person, key, cancel) is { } other
                ? new SigningIn.Done(other, next, IsReplay: true)
                : throw new InvalidOperationException($"Claim {claim.Id} is written for another date.", error);
        }
        try
        {
            await calendar.Mark(person, today);
        }
        catch (StoreAwayException)
        {
            // The claim's message marks it too, when the cache is back.
        }
        return written.RequestKey == key
            ? new SigningIn.Done(written, next, IsReplay: false)
            : new SigningIn.AlreadyDone(today, next);
    }
}
