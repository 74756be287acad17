using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Doorbuster.Platform.Postgres;

public static class PostgresExtensions
{
    // A process that lost its power or its network in the middle of a transaction says nothing more; what it locked
    // must not wait for the hours that TCP gives it.
    private const string OfSessions =
        " -c idle_in_transaction_session_timeout=60s"
        + " -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3";

    extension(IHostApplicationBuilder host)
    {
        /// <summary>A data source of the feature's own, as a keyed service under its schema's name: a slow feature
        /// cannot use up another's connections. And under the same key the <see cref="GroupCommit"/> of the database, which all
        /// features share: the more go together, the less each costs.</summary>
        /// <param name="schema">The key.</param>
        /// <param name="address">The connection string of another database than the main one.</param>
        public void AddPostgres(string schema, string? address = null)
        {
            host.Services.AddKeyedSingleton(schema, (services, _) => DataSource(services, schema, address).Build());
            var database = $"together {address}";
            host.Services.TryAddKeyedSingleton(database, (services, _) =>
            {
                // Connections of its own and as few as it uses: a plan is made in each, and these statements are the hot ones.
                var builder = DataSource(services, "together", address);
                builder.ConnectionStringBuilder.MaxPoolSize = GroupCommit.ConnectionsMax;
                builder.ConnectionStringBuilder.Options +=
                    " -c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c lock_timeout=2s";
                return new GroupCommit(builder.Build());
            });
            host.Services.AddKeyedSingleton(
                schema, (services, _) => services.GetRequiredKeyedService<GroupCommit>(database));
        }
    }

    private static NpgsqlDataSourceBuilder DataSource(IServiceProvider services, string name, string? address)
    {
        var options = services.GetRequiredService<IOptions<PostgresOptions>>().Value;
        var builder = new NpgsqlDataSourceBuilder(address ?? options.ConnectionString);
        builder.ConnectionStringBuilder.ApplicationName = $"doorbuster.{name}";
        builder.ConnectionStringBuilder.MaxPoolSize = options.PoolMax;
        builder.ConnectionStringBuilder.NoResetOnClose = true;    // we leave nothing behind in a session
        builder.ConnectionStringBuilder.Timeout = 5;              // s, to connect
        builder.ConnectionStringBuilder.CommandTimeout = 10;      // s
        builder.ConnectionStringBuilder.Options += OfSessions;
        builder.ConnectionStringBuilder.MaxAutoPrepare = 50;
        builder.ConnectionStringBuilder.AutoPrepareMinUsages = 2;
        return builder;
    }

    extension(NpgsqlDataSource db)
    {
        /// <summary>The first row, or null.</summary>
        public async Task<T?> QueryFirst<T>(
            string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancel, params NpgsqlParameter[] parameters)
            where T : class
        {
            await using var command = db.CreateCommand(sql);
            command.Parameters.AddRange(parameters);
            await using var reader = await command.ExecuteReaderAsync(cancel);
            return await reader.ReadAsync(cancel) ? read(reader) : null;
        }

        public async Task<List<T>> Query<T>(
            string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancel, params NpgsqlParameter[] parameters)
        {
            await using var command = db.CreateCommand(sql);
            command.Parameters.AddRange(parameters);
            await using var reader = await command.ExecuteReaderAsync(cancel);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancel))
                rows.Add(read(reader));
            return rows;
        }

        /// <summary>The number of rows changed.</summary>
        public async Task<int> Execute(string sql, CancellationToken cancel, params NpgsqlParameter[] parameters)
        {
            await using var command = db.CreateCommand(sql);
            command.Parameters.AddRange(parameters);
            return await command.ExecuteNonQueryAsync(cancel);
        }
    }

    extension(NpgsqlTransaction transaction)
    {
        /// <summary>The number of rows changed, inside the transaction.</summary>
        public async Task<int> Execute(string sql, CancellationToken cancel, params NpgsqlParameter[] parameters)
        {
            await using var command = new NpgsqlCommand(sql, transaction.Connection, transaction);
            command.Parameters.AddRange(parameters);
            return await command.ExecuteNonQueryAsync(cancel);
        }

        public async Task<List<T>> Query<T>(
            string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancel, params NpgsqlParameter[] parameters)
        {
            await using var command = new NpgsqlCommand(sql, transaction.Connection, transaction);
            command.Parameters.AddRange(parameters);
            await using var reader = await command.ExecuteReaderAsync(cancel);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancel))
                rows.Add(read(reader));
            return rows;
        }
    }

    extension(NpgsqlDataReader row)
    {
        public T? ValueOrNull<T>(int column) where T : struct =>
            row.IsDBNull(column) ? null : row.GetFieldValue<T>(column);
    }

    extension(NpgsqlException error)
    {
        /// <summary>
        /// True when PostgreSQL is away, starting, stopping or full, or what is wanted is locked: the same call may succeed
        /// later.
        /// </summary>
        public bool IsAway => error is not PostgresException || error.IsOfLock
            || error.SqlState is "57P01" or "57P02" or "57P03" or "53300" or "53400"
            || error.SqlState!.StartsWith("08", StringComparison.Ordinal);

        /// <summary>Somebody else had locked what was wanted, for longer than we wait.</summary>
        public bool IsOfLock => error.SqlState == PostgresErrorCodes.LockNotAvailable;
    }
}
