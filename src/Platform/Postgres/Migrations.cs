using System.Reflection;
using Npgsql;

namespace Doorbuster.Platform.Postgres;

/// <summary>
/// Brings the database to this program's schema: the platform's files first, then each feature's, by name. A file runs
/// once, in one transaction with its record. Any number of processes may do this at the same time.
/// </summary>
public static class Migrations
{
    internal const string PlatformSchema = "platform";

    private const long LockKey = 0x446F_6F72_6275_7374;    // "Doorbust"
    private const int LockAttemptsMax = 20;

    // The platform's files name their schemas themselves; a feature has one, named like it.
    private static readonly string[] PlatformSchemas = [PlatformSchema, "messaging", "web"];

    /// <exception cref="MigrationException">A file that ran was changed since, comes too late, or failed.</exception>
    public static Task Run(
        NpgsqlDataSource db, IReadOnlyList<Feature> features, Action<string> progress, CancellationToken cancel) =>
        RunFiles(db, Files(features), progress, cancel);

    internal static async Task RunFiles(
        NpgsqlDataSource db, IReadOnlyList<MigrationFile> files, Action<string> progress, CancellationToken cancel)
    {
        if (await Applied(db, cancel) is not { } applied)
        {
            progress("Preparing the database");
            await Prepare(db, cancel);
            applied = [];
        }

        // All are checked before the first runs: a refusal changes nothing.
        foreach (var file in Pending(files, applied))
            await Apply(db, file, progress, cancel);
    }

    /// <summary>What has not run yet, in order.</summary>
    internal static IReadOnlyList<MigrationFile> Pending(
        IReadOnlyList<MigrationFile> files, IReadOnlyDictionary<(string Schema, string Name), string> applied)
    {
        var latest = applied.Keys.GroupBy(ran => ran.Schema)
            .ToDictionary(ran => ran.Key, ran => ran.Select(file => file.Name).Max(StringComparer.Ordinal)!);
        var pending = new List<MigrationFile>();
        foreach (var file in files)
        {
            if (!applied.TryGetValue((file.Schema, file.Name), out var checksum))
            {
                if (latest.TryGetValue(file.Schema, out var last) && string.CompareOrdinal(file.Name, last) < 0)
                    throw new MigrationException(
                        $"Migration {file} sorts before {last}, which has run already. Give it a number after {last}.");
                pending.Add(file);
            }
            else if (checksum != file.Checksum)
                throw new MigrationException(
                    $"Migration {file} was changed after it ran ({checksum[..12]} then, {file.Checksum[..12]} now). "
                    + "Restore it and put the change into a new file; or, to lose all, begin with an empty database.");
        }
        return pending;
    }

    internal static IReadOnlyList<MigrationFile> Files(IEnumerable<Feature> features) =>
    [
        .. FilesIn(typeof(Migrations).Assembly, PlatformSchema),
        .. features.SelectMany(feature => FilesIn(feature.GetType().Assembly, feature.Schema)),
    ];

    private static IEnumerable<MigrationFile> FilesIn(Assembly assembly, string schema)
    {
        const string folder = ".Schema.";
        foreach (var resource in assembly.GetManifestResourceNames().Order(StringComparer.Ordinal))
        {
            var at = resource.IndexOf(folder, StringComparison.Ordinal);
            if (at < 0 || !resource.EndsWith(".sql", StringComparison.Ordinal))
                continue;
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            yield return new MigrationFile(schema, resource[(at + folder.Length)..], reader.ReadToEnd());
        }
    }

    // Null when nothing ever ran here. The one query of a start without news.
    private static async Task<Dictionary<(string Schema, string Name), string>?> Applied(
        NpgsqlDataSource db, CancellationToken cancel)
    {
        try
        {
            var rows = await db.Query(
                "select schema, file, checksum from platform.migrations",
                row => (Key: (row.GetString(0), row.GetString(1)), Checksum: row.GetString(2)), cancel);
            return rows.ToDictionary(row => row.Key, row => row.Checksum);
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.UndefinedTable
            or PostgresErrorCodes.InvalidSchemaName)
        {
            return null;
        }
    }

    private static Task Prepare(NpgsqlDataSource db, CancellationToken cancel) =>
        InLockedTransaction(db, transaction => transaction.Execute(
            """
            create schema if not exists platform;
            create table if not exists platform.migrations (
              schema     text        not null,
              file       text        not null,
              checksum   text        not null,
              applied_at timestamptz not null default clock_timestamp(),
              primary key (schema, file)
            )
            """, cancel), cancel);

    private static async Task Apply(
        NpgsqlDataSource db, MigrationFile file, Action<string> progress, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var ran = false;
                await InLockedTransaction(
                    db, async transaction => ran = await RunOnce(transaction, file, cancel), cancel);
                if (ran)
                    progress($"Applied {file}");
                return;
            }
            catch (PostgresException error) when (attempt < LockAttemptsMax
                && error.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
            {
                progress($"Waiting for a lock that {file} needs");
                await Task.Delay(TimeSpan.FromSeconds(0.5), cancel);
            }
            catch (PostgresException error) when (!error.IsAway)
            {
                throw new MigrationException(
                    $"Migration {file} failed: {error.MessageText}{Place(file, error)}", error);
            }
        }
    }

    // False when another process ran it while we waited for the lock.
    private static async Task<bool> RunOnce(NpgsqlTransaction transaction, MigrationFile file, CancellationToken cancel)
    {
        await using (var find = new NpgsqlCommand(
            "select checksum from platform.migrations where schema = $1 and file = $2",
            transaction.Connection, transaction))
        {
            find.Parameters.Add(new() { Value = file.Schema });
            find.Parameters.Add(new() { Value = file.Name });
            if (await find.ExecuteScalarAsync(cancel) is string checksum)
                return checksum == file.Checksum
                    ? false
                    : throw new MigrationException($"Migration {file} ran with another content at the same time: two "
                        + "versions of the program are migrating this database.");
        }

        // A statement that queues for a table's lock stops everyone behind it: better give up and come again.
        await transaction.Execute("set local lock_timeout = '3s'", cancel);
        foreach (var schema in file.Schema == PlatformSchema ? PlatformSchemas : [file.Schema])
            await transaction.Execute($"create schema if not exists \"{schema}\"", cancel);
        await using (var run = new NpgsqlCommand(file.Sql, transaction.Connection, transaction) { CommandTimeout = 0 })
            await run.ExecuteNonQueryAsync(cancel);
        await transaction.Execute(
            "insert into platform.migrations (schema, file, checksum) values ($1, $2, $3)", cancel,
            new NpgsqlParameter { Value = file.Schema }, new NpgsqlParameter { Value = file.Name },
            new NpgsqlParameter { Value = file.Checksum });
        return true;
    }

    // The lock ends with the transaction, however that ends: nothing is left behind in a pooled session. It is taken
    // per file, so that processes that start together take turns; each looks again under the lock.
    private static async Task InLockedTransaction(
        NpgsqlDataSource db, Func<NpgsqlTransaction, Task> work, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using (var wait = new NpgsqlCommand("select pg_advisory_xact_lock($1)", connection, transaction))
        {
            wait.CommandTimeout = 0;
            wait.Parameters.Add(new() { Value = LockKey });
            await wait.ExecuteNonQueryAsync(cancel);
        }
        await work(transaction);
        await transaction.CommitAsync(cancel);
    }

    private static string Place(MigrationFile file, PostgresException error) => error.Position <= 0
        ? ""
        : $" (near line {1 + file.Sql.AsSpan(0, Math.Min(error.Position, file.Sql.Length)).Count('\n')})";
}
