using Doorbuster.Platform.Postgres;
using Npgsql;

namespace Doorbuster.Platform.Web;

/// <summary>The answers that are kept for retries.</summary>
internal static class IdempotencyStore
{
    private const int RemovedAtOnceMax = 5_000;

    /// <summary>
    /// Takes the key for the length of the transaction and looks for an answer under it. The lock is asked for without
    /// waiting: twins of a running request must not hold the feature's connections while they wait.
    /// </summary>
    /// <returns>Null when a twin is running.</returns>
    public static async Task<Found?> Take(NpgsqlTransaction transaction, RequestName name, CancellationToken cancel)
    {
        // Two statements: the second one's snapshot is younger than the lock, so it sees what the twin before us
        // committed.
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction)
        {
            BatchCommands =
            {
                new("select pg_try_advisory_xact_lock($1)") { Parameters = { new() { Value = name.LockKey } } },
                new("""
                    select fingerprint, status, content_type, location, body from web.idempotency
                    where person = $1 and endpoint = $2 and key = $3
                    """)
                {
                    Parameters =
                    {
                        new() { Value = name.Person }, new() { Value = name.Endpoint }, new() { Value = name.Key },
                    },
                },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        var isOurs = reader.GetBoolean(0);
        await reader.NextResultAsync(cancel);
        if (await reader.ReadAsync(cancel))
            return new Found(reader.GetFieldValue<byte[]>(0), new KeptAnswer(
                reader.GetInt32(1), reader.IsDBNull(2) ? null : reader.GetString(2),
                reader.IsDBNull(3) ? null : reader.GetString(3), reader.GetFieldValue<byte[]>(4)));
        return isOurs ? Found.Nothing : null;
    }

    public static Task File(
        NpgsqlTransaction transaction, RequestName name, byte[] fingerprint, KeptAnswer answer,
        CancellationToken cancel) =>
        transaction.Execute(
            """
            insert into web.idempotency (person, endpoint, key, fingerprint, status, content_type, location, body)
            values ($1, $2, $3, $4, $5, $6, $7, $8)
            """, cancel,
            new NpgsqlParameter { Value = name.Person }, new NpgsqlParameter { Value = name.Endpoint },
            new NpgsqlParameter { Value = name.Key }, new NpgsqlParameter { Value = fingerprint },
            new NpgsqlParameter { Value = answer.Status },
            new NpgsqlParameter { Value = (object?)answer.ContentType ?? DBNull.Value },
            new NpgsqlParameter { Value = (object?)answer.Location ?? DBNull.Value },
            new NpgsqlParameter { Value = answer.Body });

    /// <summary>Removes what is older, some at a time; true when there may be more.</summary>
    /// <summary>Some at a time, so that no statement takes long; how many.</summary>
    public static Task<int> RemoveOlderThan(NpgsqlDataSource db, TimeSpan age, CancellationToken cancel) =>
        db.Execute(
            """
            delete from web.idempotency where (person, endpoint, key) in (
              select person, endpoint, key from web.idempotency where made_at < now() - $1
              limit $2 for update skip locked)
            """, cancel,
            new NpgsqlParameter { Value = age }, new NpgsqlParameter { Value = RemovedAtOnceMax });
}

/// <param name="Fingerprint">Null when the key is new.</param>
internal sealed record Found(byte[]? Fingerprint, KeptAnswer? Answer)
{
    public static readonly Found Nothing = new(null, null);
}

internal sealed record KeptAnswer(int Status, string? ContentType, string? Location, byte[] Body);
