using System.Diagnostics;
using System.Text.Json;
using Doorbuster.Contracts;
using Doorbuster.Platform.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Platform.Messaging;

/// <summary>Messages leave with the transaction that caused them, or not at all.</summary>
public static class Outbox
{
    internal const string Schema = "messaging";

    /// <summary>Files the message; it leaves when the transaction commits.</summary>
    public static Task Publish<T>(this NpgsqlTransaction transaction, T message, CancellationToken cancel)
        where T : class
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(message, ContractsJson.Default.Options.GetTypeInfo(typeof(T)));
        var trace = (object?)Activity.Current?.Id ?? DBNull.Value;
        return transaction.Execute(
            """
            with said as (insert into messaging.outbox (type, body, trace) values ($1, $2, $3))
            select messaging.wake()
            """,
            cancel,
            new NpgsqlParameter { Value = typeof(T).Name },
            new NpgsqlParameter { Value = body, NpgsqlDbType = NpgsqlDbType.Json },
            new NpgsqlParameter { Value = trace, NpgsqlDbType = NpgsqlDbType.Text });
    }
}
