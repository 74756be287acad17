using Doorbuster.Contracts.Claims;
using Doorbuster.Contracts.People;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Doorbuster.SignIn;

/// <summary>The dates people signed in on. A date is written on its claim, by the request or by the claim's message, whichever
/// comes first; what it earned is settled then and never changes.</summary>
internal sealed class DayStore(
    [FromKeyedServices(SignInFeature.SchemaName)] NpgsqlDataSource db, IClaims claims, DayPools pools,
    IOptions<SignInOptions> options)
{
    public const string PartName = "signIn";

    private const int MissingMax = 31;
    private const string Columns = "person, day, streak, points, request_key, signed_at";

    /// <summary>The same for every date: the ledger finds a person's claim on a date's pool by it.</summary>
    public static string ClaimKey(long person) => $"sign-in-{person}";

    public Task<SignedDay?> Find(long person, DateOnly day, CancellationToken cancel) => db.QueryFirst(
        $"select {Columns} from sign_in.days where person = $1 and day = $2", Read, cancel,
        new() { Value = person }, new() { Value = day });

    public Task<SignedDay?> FindByKey(long person, string key, CancellationToken cancel) => db.QueryFirst(
        $"select {Columns} from sign_in.days where person = $1 and request_key = $2", Read, cancel,
        new() { Value = person }, new() { Value = key });

    public Task<SignedDay?> FindLast(long person, CancellationToken cancel) => db.QueryFirst(
        $"select {Columns} from sign_in.days where person = $1 order by day desc limit 1", Read, cancel,
        new NpgsqlParameter { Value = person });

    /// <summary>From the newest down.</summary>
    public Task<List<SignedDay>> List(long person, DateOnly from, DateOnly to, CancellationToken cancel) => db.Query(
        $"select {Columns} from sign_in.days where person = $1 and day between $2 and $3 order by day desc", Read, cancel,
        new() { Value = person }, new() { Value = from }, new() { Value = to });

    public Task<List<SignedDay>> FindMany(long[] people, DateOnly day, CancellationToken cancel) => db.Query(
        $"select {Columns} from sign_in.days where person = any($1) and day = $2", Read, cancel,
        new() { Value = people }, new() { Value = day });

    /// <summary>Everybody's, by date and person, after this one.</summary>
    public Task<List<SignedDay>> Page(DateOnly day, long person, int count, CancellationToken cancel) => db.Query(
        $"select {Columns} from sign_in.days where (day, person) > ($1, $2) order by day, person limit $3", Read, cancel,
        new() { Value = day }, new() { Value = person }, new() { Value = count });

    /// <summary>Writes the date of a claim, and those before it whose message is still on its way, so that the streak is right
    /// in whatever order they come. Written already: as it is.</summary>
    public async Task<SignedDay> Write(
        DateOnly day, ClaimView claim, string? requestKey, CancellationToken cancel)
    {
        var missing = new Stack<(DateOnly Day, ClaimView Claim, string? Key)>();
        missing.Push((day, claim, requestKey));
        var before = await Find(claim.Person, day.AddDays(-1), cancel);
        for (var earlier = day.AddDays(-1); before is null && missing.Count < MissingMax; earlier = earlier.AddDays(-1))
        {
            if (await pools.Find(earlier, cancel) is not { } pool
                || await claims.FindByKey(pool, claim.Person, ClaimKey(claim.Person), cancel) is not { } unwritten)
                break;
            missing.Push((earlier, unwritten, null));
            before = await Find(claim.Person, earlier.AddDays(-1), cancel);
        }
        while (missing.TryPop(out var next))
            before = await Write(next.Day, next.Claim, next.Key, (before?.Streak ?? 0) + 1, cancel);
        return before!;
    }

    private async Task<SignedDay> Write(
        DateOnly day, ClaimView claim, string? requestKey, int streak, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);

        // Who comes second finds the row as it is; only the request's key is added where the message was quicker.
        var written = (await transaction.Query(
            $"""
            insert into sign_in.days as d (person, day, claim, streak, points, request_key, signed_at, expires_on)
            values ($1, $2, $3, $4, $5, $6, $7, $8)
            on conflict (person, day) do update set request_key = coalesce(d.request_key, excluded.request_key)
            returning {Columns}, xmax = 0
            """,
            row => (Day: Read(row), IsNew: row.GetBoolean(6)), cancel,
            new() { Value = claim.Person }, new() { Value = day }, new() { Value = claim.Id }, new() { Value = streak },
            new() { Value = options.Value.RewardOf(streak) }, new NpgsqlParameter<string?> { TypedValue = requestKey },
            new() { Value = claim.MadeAt.ToUniversalTime() },
            new() { Value = day.AddDays(options.Value.PointsLifeDays) })).Single();
        if (written.IsNew)
            await transaction.Publish(new PersonChanged { People = [claim.Person], Part = PartName }, cancel);
        await transaction.CommitAsync(cancel);
        return written.Day;
    }

    private static SignedDay Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetFieldValue<DateOnly>(1), row.GetInt32(2), row.GetInt32(3),
        row.IsDBNull(4) ? null : row.GetString(4), row.GetFieldValue<DateTimeOffset>(5));
}
