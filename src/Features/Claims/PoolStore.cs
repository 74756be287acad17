using System.Globalization;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Claims;

/// <summary>Makes and changes pools.</summary>
internal sealed class PoolStore([FromKeyedServices(ClaimsFeature.SchemaName)] NpgsqlDataSource db)
{
    // Closed by PostgreSQL's clock as well as by the caller's: nobody is granted anything of it any more.
    private const string HasEnded =
        """
        epoch > 0 and gate_dropped_at is null and (state = 2 or closes_at < now())
        and least(closes_at, coalesce(closed_at, 'infinity')) < $1
        """;

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

    /// <returns>The outcome and the pool's epoch; 0 when it has no gate.</returns>
    public async Task<(PoolOutcome Outcome, int Epoch)> Change(long pool, PoolChange change, CancellationToken cancel)
    {
        if (change.Total < 0 || change.OpensAt >= change.ClosesAt)
            return (PoolOutcome.Invalid, 0);

        var changed = await db.QueryFirst(
            """
            with changed as (
              update claims.pools set
                total = coalesce($2, total), state = coalesce($3, state),
                opens_at = coalesce($4, opens_at), closes_at = coalesce($5, closes_at),
                closed_at = case when coalesce($3, state) = 2 then coalesce(closed_at, now()) end
              where id = $1 and ($2 is null or total is not null and taken <= $2)
              returning id, case when gate_dropped_at is null then epoch else 0 end as epoch)
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

    /// <summary>Locks nothing. What is held is counted by its index and the rest of what is taken is kept: both of one snapshot.</summary>
    /// <param name="readGate">Of an epoch; null when it is away or gone.</param>
    public async Task<PoolLook?> Look(long pool, Func<int, Task<GateReading?>> readGate, CancellationToken cancel)
    {
        if (await db.QueryFirst(
            $"select {LedgerSql.PoolColumns}, {LedgerSql.Returning} from claims.pools where id = $1",
            row => new Moment(PostgresLedger.ReadPool(row), row.GetInt64(12)), cancel, new NpgsqlParameter { Value = pool })
            is not { } before)
            return null;
        var gate = before.Row.Epoch == 0 || before.Row.IsGateDropped ? null : await readGate(before.Row.Epoch);
        var filed = gate?.Log.SelectMany(batch => batch.Records).ToArray() ?? [];
        var after = (await db.QueryFirst(
            $"""
            select {LedgerSql.PoolColumns}, {LedgerSql.Returning}, {LedgerSql.InFlight},
              case when hold is null then 0 else (
                select coalesce(sum(quantity), 0) from claims.claims where pool = $1 and state = 0) end
            from claims.pools where id = $1
            """,
            row => new Moment(PostgresLedger.ReadPool(row), row.GetInt64(12), row.GetInt64(13), row.GetInt64(14)), cancel,
            new NpgsqlParameter { Value = pool }, new() { Value = Array.ConvertAll(filed, record => record.Id) },
            new() { Value = Array.ConvertAll(filed, record => record.Quantity) }))!;
        return new(
            pool, after.Row.Total, after.Row.Taken - after.Held, after.Held, after.Row.Left, Drift(before, gate, after));
    }

    // Claims move on between the looks: the first misses those that were made before the gate was read, the second sees those
    // made after it. What both agree about is drift.
    private static long? Drift(Moment before, GateReading? gate, Moment after)
    {
        if (after.Row.Epoch == 0 || after.Row.IsGateDropped)
            return 0;    // not wrong: the first claim builds it
        if (gate is null || after.Row.Epoch != before.Row.Epoch)
            return null;
        var (first, second) = (Of(before), Of(after));
        return first > 0 && second > 0 ? Math.Min(first, second) : first < 0 && second < 0 ? Math.Max(first, second) : 0;

        long Of(Moment moment) => moment.Row.Left - gate.Left - after.InFlight - moment.Returning ?? 0;
    }

    private sealed record Moment(PoolRow Row, long Returning, long InFlight = 0, long Held = 0);

    /// <summary>Pools that have a gate.</summary>
    public Task<List<(long Id, long Granted, long Taken)>> Built(CancellationToken cancel) => db.Query(
        "select id, granted, taken from claims.pools where epoch > 0 and gate_dropped_at is null",
        row => (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)), cancel);

    /// <summary>Pools that have a gate still and ended before the given time, above the cursor.</summary>
    public Task<List<long>> ListEnded(DateTimeOffset before, long after, int limit, CancellationToken cancel) => db.Query(
        $"select id from claims.pools where {HasEnded} and id > $2 order by id limit $3", row => row.GetInt64(0), cancel,
        new NpgsqlParameter { Value = before }, new NpgsqlParameter { Value = after },
        new NpgsqlParameter { Value = limit });

    /// <summary>
    /// Drops the gate of an ended pool, while the pool's row is locked: nobody counts it or builds another meanwhile. What
    /// fails in between leaves a pool whose gate is gone, which the auditor builds again, for the next turn to drop.
    /// </summary>
    /// <param name="drop">Of an epoch; false leaves everything as it is.</param>
    public async Task<bool> DropGate(
        long pool, DateTimeOffset before, Func<int, Task<bool>> drop, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var epochs = await transaction.Query(
            $"select epoch from claims.pools where {HasEnded} and id = $2 for update", row => row.GetInt32(0), cancel,
            new NpgsqlParameter { Value = before }, new NpgsqlParameter { Value = pool });
        if (epochs is not [var epoch] || !await drop(epoch))
            return false;
        await transaction.Execute(
            "update claims.pools set gate_dropped_at = now() where id = $1", cancel, new NpgsqlParameter { Value = pool });
        await transaction.Execute(
            "select pg_notify('claims_pool', $1)", cancel,
            new NpgsqlParameter { Value = pool.ToString(CultureInfo.InvariantCulture) });
        await transaction.CommitAsync(cancel);
        return true;
    }

    private static bool IsValid(PoolDefinition pool) =>
        pool.Id > 0 && pool.Kind.Length is > 0 and <= 40 && pool.Total is null or >= 0 && pool.LimitPerPerson is null or > 0
        && (pool.Hold is null || pool.Hold > TimeSpan.Zero)
        && (pool.OpensAt is null || pool.ClosesAt is null || pool.OpensAt < pool.ClosesAt);

    private static NpgsqlParameter Nullable<T>(T? value, NpgsqlDbType type) where T : struct =>
        new() { NpgsqlDbType = type, Value = (object?)value ?? DBNull.Value };
}
