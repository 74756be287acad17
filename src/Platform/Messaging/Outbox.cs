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
        where T : class => transaction.Execute(
        """
        with said as (insert into messaging.outbox (type, body, trace) values ($1, $2, $3))
        select messaging.wake()
        """,
        cancel, Parameters(message));

    /// <summary>For a statement that files the message by itself, with its effect: type, body and trace of its row in
    /// <c>messaging.outbox</c>. It also calls <c>messaging.wake()</c>.</summary>
    public static NpgsqlParameter[] Parameters<T>(T message) where T : class =>
    [
        new() { Value = typeof(T).Name },
        new()
        {
            Value = JsonSerializer.SerializeToUtf8Bytes(message, ContractsJson.Default.Options.GetTypeInfo(typeof(T))),
            NpgsqlDbType = NpgsqlDbType.Json,
        },
        new() { Value = (object?)Activity.Current?.Id ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
    ];
}
