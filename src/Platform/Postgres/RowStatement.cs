using Npgsql;

namespace Doorbuster.Platform.Postgres;

/// <summary>
/// A statement over the rows of many requests: <see cref="GroupCommit"/> sends the rows that wait as arrays, in one execution.
/// To begin and end a statement costs PostgreSQL, and us, more than a row of it.
/// </summary>
/// <param name="sql">Over <c>unnest($1, $2, …)</c> of the columns. A row it refuses is not in its answer.</param>
/// <param name="key">Tells rows apart. Of rows with the same key the later one is in a later execution and sees what the earlier
/// did. They are sent in the order of their keys, so that two executions do not wait for each other.</param>
/// <param name="read">A row of the answer: whose it is, and what it says.</param>
/// <param name="columns">The parameters, each a <see cref="RowColumns.Column"/> of the rows.</param>
public sealed class RowStatement<TRow, TKey, TAnswer>(
    string sql, Func<TRow, TKey> key, Func<NpgsqlDataReader, (TKey Key, TAnswer Answer)> read,
    Func<IReadOnlyList<TRow>, NpgsqlParameter[]> columns)
    where TKey : IComparable<TKey>
{
    internal TKey KeyOf(TRow row) => key(row);

    internal (TKey Key, TAnswer Answer) Read(NpgsqlDataReader row) => read(row);

    internal NpgsqlBatchCommand Command(IReadOnlyList<TRow> rows)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.AddRange(columns(rows));
        return command;
    }
}

public static class RowColumns
{
    /// <summary>One value of each row, as an array of its type.</summary>
    public static NpgsqlParameter Column<TRow, T>(this IReadOnlyList<TRow> rows, Func<TRow, T> value)
    {
        var values = new T[rows.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = value(rows[i]);
        return new NpgsqlParameter<T[]> { TypedValue = values };
    }
}
