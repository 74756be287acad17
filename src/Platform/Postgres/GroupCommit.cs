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
    internal const int AtOnceMax = 2;    // one is read and written while the other's commit is flushed

    private const int BatchMax = 64;
    private const int WaitingMax = 5_000;    // about a second's worth

    private readonly NpgsqlDataSource _db;
    private readonly Combiner<Statement, Exception?> _combiner;

    /// <param name="db">Its own from now on.</param>
    public GroupCommit(NpgsqlDataSource db)
    {
        _db = db;
        _combiner = new("postgres", BatchMax, WaitingMax, AtOnceMax, Run);
    }

    /// <summary>The first row, or null.</summary>
    public async Task<T?> QueryFirst<T>(
        string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancel, params NpgsqlParameter[] parameters)
        where T : class
    {
        var statement = new Statement(sql, parameters, read, cancel);
        await Run(statement);
        return (T?)statement.First;
    }

    /// <summary>The number of rows changed.</summary>
    public async Task<int> Execute(string sql, CancellationToken cancel, params NpgsqlParameter[] parameters)
    {
        var statement = new Statement(sql, parameters, read: null, cancel);
        await Run(statement);
        return statement.RowsChanged;
    }

    /// <summary>Its few connections, for who makes batches of several statements himself.</summary>
    public NpgsqlDataSource Source => _db;

    public ValueTask DisposeAsync() => _db.DisposeAsync();

    private async Task Run(Statement statement)
    {
        statement.Cancel.ThrowIfCancellationRequested();
        if (await _combiner.Get(statement) is { } error)
            throw error;
    }

    private async Task<Exception?[]> Run(Statement[] statements)
    {
        try
        {
            await Send(statements);
            return new Exception?[statements.Length];
        }
        catch (PostgresException error) when (!error.IsAway && statements.Length > 1)
        {
            return await OneByOne(statements);
        }
        catch (NpgsqlException error) when (error.IsAway)
        {
            // Committed or not, nobody knows; each has an exception of its own, or their traces would grow into each other.
            return Array.ConvertAll<Statement, Exception?>(statements, _ => new StoreAwayException("postgres", error));
        }
    }

    private async Task<Exception?[]> OneByOne(Statement[] statements)
    {
        var errors = new Exception?[statements.Length];
        for (var i = 0; i < statements.Length; i++)
        {
            try
            {
                await Send([statements[i]]);
            }
            catch (Exception error)    // its request's alone
            {
                errors[i] = error;
            }
        }
        return errors;
    }

    // Not cancelled with a request: the others' are in it too.
    private async Task Send(Statement[] statements)
    {
        await using var connection = await _db.OpenConnectionAsync(CancellationToken.None);
        await using var batch = new NpgsqlBatch(connection);    // without a transaction begun by us: it is one by itself
        foreach (var statement in statements)
            batch.BatchCommands.Add(statement.Begin());
        await using var reader = await batch.ExecuteReaderAsync(CancellationToken.None);
        foreach (var statement in statements.Where(one => one.Read is not null))
        {
            if (await reader.ReadAsync(CancellationToken.None))
                statement.First = statement.Read!(reader);
            await reader.NextResultAsync(CancellationToken.None);
        }
        while (await reader.NextResultAsync(CancellationToken.None)) { }    // to the end: an error of the commit shows here
    }

    private sealed class Statement(
        string sql, NpgsqlParameter[] parameters, Func<NpgsqlDataReader, object>? read, CancellationToken cancel)
    {
        private NpgsqlBatchCommand? _command;

        public Func<NpgsqlDataReader, object>? Read => read;
        public object? First { get; set; }
        public CancellationToken Cancel => cancel;
        public int RowsChanged => _command is null ? 0 : (int)_command.RecordsAffected;

        public NpgsqlBatchCommand Begin()
        {
            _command?.Parameters.Clear();    // the second time: what was read the first time was rolled back
            First = null;
            _command = new NpgsqlBatchCommand(sql);
            _command.Parameters.AddRange(parameters);
            return _command;
        }
    }
}
