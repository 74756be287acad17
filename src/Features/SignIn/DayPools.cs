using System.Collections.Concurrent;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.SignIn;

/// <summary>The pool of each date, made by whoever needs it first.</summary>
internal sealed class DayPools(
    [FromKeyedServices(SignInFeature.SchemaName)] NpgsqlDataSource db, IClaims claims, Ids ids)
{
    public const string Kind = "sign-in";

    private const int KnownMax = 64;

    private readonly ConcurrentDictionary<DateOnly, long> _known = new();

    public async Task<long> Get(DateOnly day, CancellationToken cancel)
    {
        if (_known.TryGetValue(day, out var known))
            return known;

        // Whoever files first gives the pool its id; the others make the same pool again, which changes nothing. So a crash
        // between the two is mended by the next.
        await db.Execute(
            "insert into sign_in.pools (day, pool) values ($1, $2) on conflict (day) do nothing", cancel,
            new() { Value = day }, new() { Value = ids.Next() });
        var pool = await Find(day, cancel) ?? throw new InvalidOperationException($"The pool of {day:o} is not there.");
        var outcome = await claims.Create(
            new PoolDefinition { Id = pool, Kind = Kind, Total = null, LimitPerPerson = 1 }, cancel);
        if (outcome is not (PoolOutcome.Done or PoolOutcome.AlreadyDone))
            throw new InvalidOperationException($"The pool of {day:o} could not be made: {outcome}.");

        if (_known.Count >= KnownMax)
            _known.Clear();
        _known[day] = pool;
        return pool;
    }

    /// <summary>The date's pool if anybody ever needed it.</summary>
    public async Task<long?> Find(DateOnly day, CancellationToken cancel) => _known.TryGetValue(day, out var known)
        ? known
        : (await db.Query(
            "select pool from sign_in.pools where day = $1", row => row.GetInt64(0), cancel,
            new NpgsqlParameter { Value = day })).Select(pool => (long?)pool).FirstOrDefault();

    public async Task<DateOnly> DayOf(long pool, CancellationToken cancel)
    {
        foreach (var (day, known) in _known)
            if (known == pool)
                return day;
        return (await db.Query(
            "select day from sign_in.pools where pool = $1", row => row.GetFieldValue<DateOnly>(0), cancel,
            new NpgsqlParameter { Value = pool })).Single();
    }
}
