using Npgsql;

namespace Doorbuster.Platform.Postgres;

/// <summary>
/// Sends the statements of concurrent requests together: one round trip and one commit for all of them. What a request pays for
/// a statement of its own is mostly not the statement but the way there and back and the flush at the end.
/// Nobody is answered before the commit. A statement that fails takes the others' transaction with it; then each goes alone,
/// and only its own request hears of it.
/// </summary>
/// <remarks>Not to be awaited inside a transaction: the statements of strangers may wait for what that has locked, and it
/// would wait for them.</remarks>
public sealed class GroupCommit : IAsyncDisposable
{
    private const int AtOnceMax = 2;    // one is read and written while the other's commit is flushed

    /// <summary>Its own, and two for who makes his batches himself.</summary>
    internal const int ConnectionsMax = AtOnceMax + 2;

    private const int BatchMax = 128;
    private const int WaitingMax = 25_000;    // about a second's worth of all features

    private readonly NpgsqlDataSource _db;
    private readonly Combiner<Asked, Exception?> _combiner;

    /// <param name="db">Its own from now on.</param>
    public GroupCommit(NpgsqlDataSource db)
    {
        _db = db;
        _combiner = new("postgres", BatchMax, WaitingMax, AtOnceMax, Run);
    }

    /// <summary>What the statement says of this row; null, or false, when it says nothing.</summary>
    public async Task<TAnswer?> Run<TRow, TKey, TAnswer>(
        RowStatement<TRow, TKey, TAnswer> statement, TRow row, CancellationToken cancel)
        where TKey : IComparable<TKey>
    {
        var asked = new OfRow<TRow, TKey, TAnswer>(statement, row, cancel);
        await Run(asked);
        return asked.Answer;
    }

    /// <summary>Its few connections, for who makes batches of several statements himself.</summary>
    public NpgsqlDataSource Source => _db;

    public ValueTask DisposeAsync() => _db.DisposeAsync();

    private async Task Run(Asked asked)
    {
        asked.Cancel.ThrowIfCancellationRequested();
        if (await _combiner.Get(asked) is { } error)
            throw error;
    }

    private async Task<Exception?[]> Run(Asked[] asked)
    {
        try
        {
            await Send(asked);
            return new Exception?[asked.Length];
        }
        catch (PostgresException error) when (asked.Length > 1 && (!error.IsAway || error.IsOfLock))
        {
            return await OneByOne(asked);
        }
        catch (NpgsqlException error) when (error.IsAway)
        {
            // Committed or not, nobody knows; each has an exception of its own, or their traces would grow into each other.
            return Array.ConvertAll<Asked, Exception?>(asked, _ => new StoreAwayException("postgres", error));
        }
    }

    private async Task<Exception?[]> OneByOne(Asked[] asked)
    {
        var errors = new Exception?[asked.Length];
        for (var i = 0; i < asked.Length; i++)
        {
            try
            {
                await Send([asked[i]]);
            }
            catch (NpgsqlException error) when (error.IsAway)
            {
                errors[i] = new StoreAwayException("postgres", error);
            }
            catch (Exception error)    // its request's alone
            {
                errors[i] = error;
            }
        }
        return errors;
    }

    // Not cancelled with a request: the others' are in it too.
    private async Task Send(Asked[] asked)
    {
        var executions = new List<IExecution>(asked.Length);
        foreach (var one in asked)
            if (!executions.Exists(execution => execution.TryTake(one)))
                executions.Add(one.Begin());

        await using var connection = await _db.OpenConnectionAsync(CancellationToken.None);
        await using var batch = new NpgsqlBatch(connection);    // without a transaction begun by us: it is one by itself
        foreach (var execution in executions)
            batch.BatchCommands.Add(execution.Command());
        await using var reader = await batch.ExecuteReaderAsync(CancellationToken.None);
        foreach (var execution in executions)
        {
            while (await reader.ReadAsync(CancellationToken.None))
                execution.Read(reader);
            await reader.NextResultAsync(CancellationToken.None);
        }
        while (await reader.NextResultAsync(CancellationToken.None)) { }    // to the end: an error of the commit shows here
    }

    /// <summary>What a request waits for.</summary>
    private abstract class Asked(CancellationToken cancel)
    {
        public CancellationToken Cancel => cancel;

        /// <summary>Anew at each try: what was read the first time was rolled back.</summary>
        public abstract IExecution Begin();
    }

    /// <summary>A statement of a batch, with the rows of all who ask for it.</summary>
    private interface IExecution
    {
        bool TryTake(Asked asked);
        NpgsqlBatchCommand Command();
        void Read(NpgsqlDataReader row);
    }

    private sealed class OfRow<TRow, TKey, TAnswer>(
        RowStatement<TRow, TKey, TAnswer> statement, TRow row, CancellationToken cancel) : Asked(cancel)
        where TKey : IComparable<TKey>
    {
        public RowStatement<TRow, TKey, TAnswer> Statement => statement;
        public TRow Row => row;
        public TAnswer? Answer { get; set; }

        public override IExecution Begin()
        {
            Answer = default;
            return new OfRows<TRow, TKey, TAnswer>(this);
        }
    }

    private sealed class OfRows<TRow, TKey, TAnswer>(OfRow<TRow, TKey, TAnswer> first) : IExecution
        where TKey : IComparable<TKey>
    {
        private readonly SortedDictionary<TKey, OfRow<TRow, TKey, TAnswer>> _asked = new()
        {
            [first.Statement.KeyOf(first.Row)] = first,
        };

        public bool TryTake(Asked asked)
        {
            if (asked is not OfRow<TRow, TKey, TAnswer> row || row.Statement != first.Statement
                || !_asked.TryAdd(row.Statement.KeyOf(row.Row), row))
                return false;
            row.Answer = default;
            return true;
        }

        public NpgsqlBatchCommand Command() => first.Statement.Command([.. _asked.Values.Select(one => one.Row)]);

        public void Read(NpgsqlDataReader row)
        {
            var (key, answer) = first.Statement.Read(row);
            _asked[key].Answer = answer;
        }
    }
}
