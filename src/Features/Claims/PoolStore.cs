using Doorbuster.Contracts.Claims;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Claims;

/// <summary>Makes and changes pools.</summary>
internal sealed class PoolStore([FromKeyedServices(ClaimsFeature.SchemaName)] NpgsqlDataSource db)
{
    public async Task<PoolOutcome> Create(PoolDefinition pool, CancellationToken cancel)
    {
        if (!IsValid(pool))
            return PoolOutcome.Invalid;

        NpgsqlParameter[] Values() =>
        [
            new() { Value = pool.Id },
            new() { Value = pool.Kind },
            Nullable(pool.Total, NpgsqlDbType.Bigint),
            Nullable(pool.LimitPerPerson, NpgsqlDbType.Integer),
            Nullable(pool.Hold, NpgsqlDbType.Interval),
            Nullable(pool.OpensAt?.ToUniversalTime(), NpgsqlDbType.TimestampTz),
            Nullable(pool.ClosesAt?.ToUniversalTime(), NpgsqlDbType.TimestampTz),
        ];

        var made = await db.Execute(
            """
            insert into claims.pools (id, kind, total, per_person, hold, opens_at, closes_at)
            values ($1, $2, $3, $4, $5, coalesce($6, '-infinity'), coalesce($7, 'infinity'))
            on conflict (id) do nothing
            """, cancel, Values());
        if (made == 1)
            return PoolOutcome.Done;

        // The pool may have been changed since it was made; what never changes says whether it is the same.
        var same = await db.QueryFirst(
            """
            select from claims.pools
            where id = $1 and kind = $2 and per_person is not distinct from $3 and hold is not distinct from $4
            """, _ => this, cancel, Values()[0], Values()[1], Values()[3], Values()[4]);
        return same is null ? PoolOutcome.Conflict : PoolOutcome.AlreadyDone;
    }

    /// <returns>The outcome and the pool's epoch.</returns>
    public async Task<(PoolOutcome Outcome, int Epoch)> Change(long pool, PoolChange change, CancellationToken cancel)
    {
        if (change.Total < 0 || change.OpensAt >= change.ClosesAt)
            return (PoolOutcome.Invalid, 0);

        var changed = await db.QueryFirst(
            """
            with changed as (
              update claims.pools set
                total = coalesce($2, total), state = coalesce($3, state),
                opens_at = coalesce($4, opens_at), closes_at = coalesce($5, closes_at)
              where id = $1 and ($2 is null or total is not null and taken <= $2)
              returning id, epoch)
            select epoch, pg_notify('claims_pool', id::text)::text from changed
            """, row => Tuple.Create(row.GetInt32(0)), cancel,
            new NpgsqlParameter { Value = pool },
            Nullable(change.Total, NpgsqlDbType.Bigint),
            Nullable((short?)change.State, NpgsqlDbType.Smallint),
            Nullable(change.OpensAt?.ToUniversalTime(), NpgsqlDbType.TimestampTz),
            Nullable(change.ClosesAt?.ToUniversalTime(), NpgsqlDbType.TimestampTz));
        if (changed is not null)
            return (PoolOutcome.Done, changed.Item1);

        var exists = await db.QueryFirst(
            "select from claims.pools where id = $1", _ => this, cancel, new NpgsqlParameter { Value = pool });
        return (exists is null ? PoolOutcome.UnknownPool : PoolOutcome.TotalBelowTaken, 0);
    }

    public Task<List<(long Id, long Free)>> ListFree(long[] pools, CancellationToken cancel) => db.Query(
        "select id, total - taken from claims.pools where id = any($1) and total is not null",
        row => (row.GetInt64(0), row.GetInt64(1)), cancel, new NpgsqlParameter { Value = pools });

    /// <summary>Pools that have a gate, those that changed last first.</summary>
    public Task<List<(long Id, long Granted, long Taken)>> Built(CancellationToken cancel) => db.Query(
        "select id, granted, taken from claims.pools where epoch > 0",
        row => (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)), cancel);

    private static bool IsValid(PoolDefinition pool) =>
        pool.Id > 0 && pool.Kind.Length is > 0 and <= 40 && pool.Total is null or >= 0 && pool.LimitPerPerson is null or > 0
        && (pool.Hold is null || pool.Hold > TimeSpan.Zero)
        && (pool.OpensAt is null || pool.ClosesAt is null || pool.OpensAt < pool.ClosesAt);

    private static NpgsqlParameter Nullable<T>(T? value, NpgsqlDbType type) where T : struct =>
        new() { NpgsqlDbType = type, Value = (object?)value ?? DBNull.Value };
}
