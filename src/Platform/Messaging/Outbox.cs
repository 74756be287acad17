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
        cancel, Parameters(Row(message)));

    /// <summary>For a statement that files the message by itself, with its effect. It also calls
    /// <c>messaging.wake()</c>.</summary>
    public static OutboxRow Row<T>(T message) where T : class => new(
        typeof(T).Name,
        JsonSerializer.Serialize(message, ContractsJson.Default.Options.GetTypeInfo(typeof(T))), Activity.Current?.Id);

    private static NpgsqlParameter[] Parameters(OutboxRow row) =>
    [
        new() { Value = row.Type },
        new() { Value = row.Body, NpgsqlDbType = NpgsqlDbType.Json },
        new() { Value = (object?)row.Trace ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
    ];
}

/// <summary>A message as <c>messaging.outbox</c> has it.</summary>
/// <param name="Body">JSON.</param>
public sealed record OutboxRow(string Type, string Body, string? Trace);
