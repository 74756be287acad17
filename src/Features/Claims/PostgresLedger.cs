using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.Claims;

internal sealed class PostgresLedger : ILedger
{
    private const int SmallMax = 4;
    private const int TogetherMax = 64;
    private const int WaitingMax = 10_000;
    private const int AtOnceMax = 2;

    private readonly NpgsqlDataSource _db;
    private readonly NpgsqlDataSource _few;
    private readonly Combiner<Entering, Entered> _small;

    public PostgresLedger(
        [FromKeyedServices(ClaimsFeature.SchemaName)] NpgsqlDataSource db,
        [FromKeyedServices(ClaimsFeature.SchemaName)] GroupCommit together)
    {
        (_db, _few) = (db, together.Source);
        _small = new("postgres", TogetherMax, WaitingMax, AtOnceMax, EnterTogether);
    }

    /// <summary>Where many buy a little of different things, batches are small: those go together with those of other pools, in
    /// one commit.</summary>
    public async Task<IReadOnlyList<LedgerAnswer>> Enter(
        long pool, int epoch, IReadOnlyList<LedgerEntry> batch, CancellationToken cancel)
    {
        if (batch.Count > SmallMax)
            return (await Bounded(() => Enter(_db, [new(pool, epoch, batch)], cancel)))[0];
        var entered = await _small.Get(new(pool, epoch, batch));
        return entered.Error is { } error ? throw error : entered.Answers!;
    }

    private async Task<Entered[]> EnterTogether(Entering[] asked)
    {
        try
        {
            return Array.ConvertAll(
                await Bounded(() => Enter(_few, asked, CancellationToken.None)), answers => new Entered(answers));
        }
        catch (PostgresException) when (asked.Length > 1)
        {
            return await Task.WhenAll(asked.Select(EnterAlone));
        }
    }

    private async Task<Entered> EnterAlone(Entering one)
    {
        try
        {
            return new((await Bounded(() => Enter(_few, [one], CancellationToken.None)))[0]);
        }
        catch (Exception error)    // of this pool's batch alone
        {
            return new(null, error);
        }
    }

    private static async Task<IReadOnlyList<LedgerAnswer>[]> Enter(
        NpgsqlDataSource db, Entering[] asked, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        return await Enter(connection, asked, cancel);
    }

    public Task<PoolRow?> BeginEpoch(
        long pool, int seenEpoch, Func<int, Task<IReadOnlyList<LedgerEntry>>> readOldLog,
        Func<PoolRow, IReadOnlyList<GateRecord>, Task> build, CancellationToken cancel) => Bounded(async () =>
    {
        await using var connection = await _db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await ReadPool(connection, pool, "for update", cancel) is not { } row)
            return null;
        if (row.Epoch > seenEpoch)
            return row;

        // What the old gate gave and the ledger has not answered is entered now: a person told "queued" keeps the place.
        if (row.Epoch > 0 && await readOldLog(row.Epoch) is { Count: > 0 } pending)
            foreach (var batch in OnePerPerson(pending))
                await Enter(connection, [new(pool, row.Epoch, batch)], cancel);

        await using (var count = new NpgsqlCommand(
            """
            update claims.pools set epoch = epoch + 1, gate_dropped_at = null, taken = (
              select coalesce(sum(quantity), 0) from claims.claims where pool = $1 and state < 2)
            where id = $1
            """, connection, transaction))
        {
            count.Parameters.Add(new() { Value = pool });
            count.CommandTimeout = 60;
            await count.ExecuteNonQueryAsync(cancel);
        }
        row = (await ReadPool(connection, pool, "", cancel))!;
        await build(row, await ReadRecords(connection, pool, cancel));
        await transaction.CommitAsync(cancel);
        return row;
    });

    public Task<PoolRow?> FindPool(long pool, CancellationToken cancel) => Bounded(async () =>
    {
        await using var connection = await _db.OpenConnectionAsync(cancel);
        return await ReadPool(connection, pool, "", cancel);
    });

    public Task<PoolCount?> Count(
        long pool, Func<int, Task<GateReading?>> readGate, bool full, CancellationToken cancel) => Bounded(async () =>
    {
        await using var connection = await _db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await ReadPool(connection, pool, "for update", cancel) is not { } row)
            return null;

        var gate = row.Epoch > 0 ? await readGate(row.Epoch) : null;
        var filed = gate?.Log.SelectMany(batch => batch.Records).ToArray() ?? [];
        await using var command = new NpgsqlCommand(full ? LedgerSql.CountFully : LedgerSql.Count, connection, transaction)
        {
            CommandTimeout = 60,
            Parameters =
            {
                new NpgsqlParameter<long> { TypedValue = pool },
                new NpgsqlParameter<long[]> { TypedValue = Array.ConvertAll(filed, record => record.Id) },
                new NpgsqlParameter<int[]> { TypedValue = Array.ConvertAll(filed, record => record.Quantity) },
            },
        };
        await using var counts = await command.ExecuteReaderAsync(cancel);
        await counts.ReadAsync(cancel);
        return new PoolCount(
            row, gate, counts.GetInt64(0), counts.GetInt64(1), counts.GetInt64(2), counts.GetInt64(3), counts.GetInt64(4),
            counts.GetInt64(5));
    });

    public Task<EndOutcome> Release(long claim, CancellationToken cancel) => Release(claim, ClaimState.Held, cancel);

    public Task<EndOutcome> TakeBack(long claim, CancellationToken cancel) => Release(claim, ClaimState.Kept, cancel);

    private Task<EndOutcome> Release(long claim, ClaimState upTo, CancellationToken cancel) => Bounded(async () =>
    {
        await using var command = _db.CreateCommand(LedgerSql.Release);
        command.Parameters.Add(new() { Value = claim });
        command.Parameters.Add(new() { Value = (short)upTo });
        if ((int)(await command.ExecuteScalarAsync(cancel))! == 0)
            return await Ended([claim], ClaimState.Released, cancel);

        await _db.Execute(LedgerSql.Notify, cancel);
        return EndOutcome.Done;
    });

    public Task<EndOutcome> Keep(IReadOnlyList<long> claims, CancellationToken cancel) => Bounded(async () =>
    {
        await using var connection = await _db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var command = new NpgsqlCommand(LedgerSql.Keep, connection, transaction);
        command.Parameters.Add(new() { Value = claims.ToArray() });
        var unkept = (int)(await command.ExecuteScalarAsync(cancel))!;
        if (unkept > 0)
        {
            await transaction.RollbackAsync(cancel);
            return await Ended(claims, ClaimState.Kept, cancel);
        }
        await transaction.CommitAsync(cancel);
        return EndOutcome.Done;
    });

    public Task<int> ReleaseDue(int max, CancellationToken cancel) => Bounded(async () =>
    {
        var pools = await _db.Query(
            "select distinct pool from (select pool from claims.claims where state = 0 and deadline < now() order by deadline limit $1) d",
            row => row.GetInt64(0), cancel, new NpgsqlParameter { Value = max });

        var released = 0;
        foreach (var pool in pools)
        {
            await using var connection = await _db.OpenConnectionAsync(cancel);
            await using var batch = new NpgsqlBatch(connection)
            {
                BatchCommands =
                {
                    new(LedgerSql.LockPools) { Parameters = { new() { Value = new[] { pool } } } },
                    new(LedgerSql.ReleaseDueOfPool) { Parameters = { new() { Value = pool }, new() { Value = max } } },
                    new(LedgerSql.Notify),
                },
            };
            await using var reader = await batch.ExecuteReaderAsync(cancel);
            await reader.NextResultAsync(cancel);
            await reader.ReadAsync(cancel);
            released += reader.GetInt32(0);
        }
        return released;
    });

    public Task<ClaimView?> Find(long claim, CancellationToken cancel) => Bounded(() => _db.QueryFirst(
        $"select {LedgerSql.ClaimColumns} from claims.claims where id = $1", ReadClaim, cancel, new NpgsqlParameter { Value = claim }));

    public Task<IReadOnlyList<ClaimView>> FindMany(IReadOnlyCollection<long> claims, CancellationToken cancel) =>
        Bounded<IReadOnlyList<ClaimView>>(async () => await _db.Query(
            $"select {LedgerSql.ClaimColumns} from claims.claims where id = any($1)", ReadClaim, cancel,
            new NpgsqlParameter { Value = claims.ToArray() }));

    public Task<ClaimView?> FindByKey(long pool, long person, Guid key, CancellationToken cancel) => Bounded(() => _db.QueryFirst(
        $"select {LedgerSql.ClaimColumns} from claims.claims where pool = $1 and person = $2 and request_key = $3", ReadClaim, cancel,
        new NpgsqlParameter { Value = pool }, new NpgsqlParameter { Value = person }, new NpgsqlParameter { Value = key }));

    // Ended claims do not change any more, so this second look is as good as one step with the first.
    private async Task<EndOutcome> Ended(IReadOnlyList<long> claims, ClaimState to, CancellationToken cancel)
    {
        var states = await _db.Query(
            "select state from claims.claims where id = any($1)", row => (ClaimState)row.GetInt16(0), cancel,
            new NpgsqlParameter { Value = claims.ToArray() });
        return states.Count < claims.Count ? EndOutcome.UnknownClaim
            : states.All(state => state == to) ? EndOutcome.AlreadyDone
            : states.Contains(ClaimState.Released) ? EndOutcome.Released
            : EndOutcome.Kept;
    }

    private static async Task<IReadOnlyList<LedgerAnswer>[]> Enter(
        NpgsqlConnection connection, Entering[] asked, CancellationToken cancel)
    {
        await using var statements = new NpgsqlBatch(connection)
        {
            BatchCommands = { new(LedgerSql.LockPools) { Parameters = { asked.Column(one => one.Pool) } } },
        };
        var executions = Executions(asked);
        foreach (var execution in executions)
            statements.BatchCommands.Add(Statement([.. execution.Select(i => asked[i])]));
        statements.BatchCommands.Add(new(LedgerSql.Notify));

        await using var row = await statements.ExecuteReaderAsync(cancel);
        var all = new IReadOnlyList<LedgerAnswer>[asked.Length];
        foreach (var execution in executions)
        {
            await row.NextResultAsync(cancel);    // past the lock, or the execution before
            foreach (var i in execution)
                all[i] = await ReadAnswers(row, asked[i], cancel);
        }
        while (await row.NextResultAsync(cancel)) { }    // to the end: an error of the commit shows here, before anybody is told
        return all;
    }

    // Each pool once in an execution: the next batch of the same pool has to see what the one before has made.
    private static List<List<int>> Executions(Entering[] asked)
    {
        var executions = new List<List<int>>();
        for (var i = 0; i < asked.Length; i++)
        {
            var pool = asked[i].Pool;
            var free = executions.Find(execution => !execution.Exists(other => asked[other].Pool == pool));
            if (free is null)
                executions.Add(free = []);
            free.Add(i);
        }
        return executions;
    }

    private static NpgsqlBatchCommand Statement(IReadOnlyList<Entering> asked)
    {
        (Entering Of, LedgerEntry Entry)[] rows = [.. asked.SelectMany(one => one.Batch.Select(entry => (one, entry)))];
        return new(LedgerSql.Enter)
        {
            Parameters =
            {
                rows.Column(row => row.Of.Pool), rows.Column(row => row.Of.Epoch), rows.Column(row => row.Entry.Id),
                rows.Column(row => row.Entry.Person), rows.Column(row => row.Entry.Key), rows.Column(row => row.Entry.Quantity),
                rows.Column(row => row.Entry.Trace),
            },
        };
    }

    private static async Task<IReadOnlyList<LedgerAnswer>> ReadAnswers(
        NpgsqlDataReader row, Entering asked, CancellationToken cancel)
    {
        var answers = new LedgerAnswer[asked.Batch.Count];
        for (var i = 0; i < answers.Length && await row.ReadAsync(cancel); i++)
        {
            var verdict = Verdict(row.GetInt32(0));
            answers[i] = new(verdict, verdict is LedgerVerdict.Made or LedgerVerdict.Known
                ? new ClaimView(
                    row.GetInt64(1), asked.Pool, asked.Batch[i].Person, row.GetInt32(2), (ClaimState)row.GetInt16(3),
                    row.GetInt64(4), row.ValueOrNull<DateTimeOffset>(5), row.GetFieldValue<DateTimeOffset>(6))
                : null);
        }
        return answers;
    }

    private static LedgerVerdict Verdict(int code) => code switch
    {
        0 => LedgerVerdict.Made,
        1 => LedgerVerdict.Known,
        3 => LedgerVerdict.Missing,
        4 => LedgerVerdict.SoldOut,
        5 => LedgerVerdict.Limit,
        6 => LedgerVerdict.NotOpen,
        7 => LedgerVerdict.Closed,
        8 => LedgerVerdict.Paused,
        _ => LedgerVerdict.OldEpoch,
    };

    private static IEnumerable<List<LedgerEntry>> OnePerPerson(IReadOnlyList<LedgerEntry> entries)
    {
        var rest = entries.ToList();
        while (rest.Count > 0)
        {
            var batch = rest.DistinctBy(e => e.Person).Take(ClaimsOptions.BatchMax).ToList();
            var chosen = batch.ToHashSet();
            rest.RemoveAll(chosen.Contains);
            yield return batch;
        }
    }

    private static async Task<PoolRow?> ReadPool(NpgsqlConnection connection, long pool, string locking, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            $"select {LedgerSql.PoolColumns} from claims.pools where id = $1 {locking}", connection);
        command.Parameters.Add(new() { Value = pool });
        await using var row = await command.ExecuteReaderAsync(cancel);
        return await row.ReadAsync(cancel) ? ReadPool(row) : null;
    }

    internal static PoolRow ReadPool(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.ValueOrNull<long>(2), row.ValueOrNull<int>(3), row.ValueOrNull<TimeSpan>(4),
        row.GetFieldValue<DateTimeOffset>(5), row.GetFieldValue<DateTimeOffset>(6), (PoolState)row.GetInt16(7), row.GetInt32(8),
        row.GetInt64(9), row.GetInt64(10), !row.IsDBNull(11));

    // Released claims of the last day stay known by their key, so that a late retry hears what became of it.
    private static async Task<IReadOnlyList<GateRecord>> ReadRecords(
        NpgsqlConnection connection, long pool, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            """
            select person, request_key, id, case when state < 2 then quantity else 0 end from claims.claims
            where pool = $1 and (state < 2 or ended_at > now() - interval '1 day')
            order by person, id
            """, connection);
        command.CommandTimeout = 60;
        command.Parameters.Add(new() { Value = pool });
        await using var row = await command.ExecuteReaderAsync(cancel);
        var records = new List<GateRecord>();
        while (await row.ReadAsync(cancel))
            records.Add(new(row.GetInt64(0), row.GetGuid(1), row.GetInt64(2), row.GetInt32(3)));
        return records;
    }

    private static ClaimView ReadClaim(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt32(3), (ClaimState)row.GetInt16(4), row.GetInt64(5),
        row.ValueOrNull<DateTimeOffset>(6), row.GetFieldValue<DateTimeOffset>(7));

    private static async Task<T> Bounded<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (NpgsqlException error) when (error.IsAway)
        {
            throw new StoreAwayException("postgres", error);
        }
        catch (TimeoutException error)
        {
            throw new StoreAwayException("postgres", error);
        }
    }

    /// <summary>A pool's batch on its way in.</summary>
    private sealed record Entering(long Pool, int Epoch, IReadOnlyList<LedgerEntry> Batch);

    private sealed record Entered(IReadOnlyList<LedgerAnswer>? Answers, Exception? Error = null);
}
