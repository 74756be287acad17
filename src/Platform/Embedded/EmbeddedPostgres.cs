using System.Globalization;
using Doorbuster.Platform.Commands;
using Npgsql;

namespace Doorbuster.Platform.Embedded;

/// <summary>A private PostgreSQL. A commit that it confirmed is on disk.</summary>
public sealed class EmbeddedPostgres : EmbeddedStore
{
    public const string UserName = "doorbuster";
    public const string Database = "doorbuster";

    private const string FolderName = "postgres";
    private const string Settings = "doorbuster.conf";

    private readonly string _programs;

    private EmbeddedPostgres(string programs, EmbeddedSetup setup, StoreUser user)
        : base("PostgreSQL", FolderName, setup, setup.Installation.Record.Postgres, user) => _programs = programs;

    public string ConnectionString => ConnectionStringTo(Database);

    private protected override string PidFile => Path.Combine(Folder, "postmaster.pid");

    // A fast shutdown: sessions are ended, everything is written, the next start needs no recovery.
    private protected override int StopSignal => Unix.Interrupt;

    internal static async Task<EmbeddedPostgres> Create(EmbeddedSetup setup, StoreUser user, CancellationToken cancel)
    {
        var found = await ServerPrograms.FindPostgres(cancel);
        if (found.Count == 0)
            throw ServerPrograms.Missing("PostgreSQL 15 or later");

        var newest = new EmbeddedPostgres(found[0].Folder, setup, user);
        if (MajorIn(newest.Folder) is not { } major)
            return newest;

        var same = found.Find(one => one.Major == major);
        return same.Folder is { } folder
            ? new EmbeddedPostgres(folder, setup, user)
            : throw new CommandFailedException(ExitCode.DependencyAway,
                $"{newest.Folder} was written by PostgreSQL {major}, and only "
                + $"{string.Join(", ", found.Select(one => one.Version))} is installed. "
                + $"Install PostgreSQL {major} (apt-get install postgresql-{major}), or upgrade the folder with "
                + "pg_upgrade.");
    }

    /// <summary>The major version that wrote the data of an installation; null when there is none, or it is not ours
    /// to see.</summary>
    public static int? WrittenBy(string installation) =>
        MajorIn(Path.Combine(Installation.StoresOf(installation), FolderName));

    public string ConnectionStringTo(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Username = UserName,
        Password = Record.Password,
        Database = database,
    }.ConnectionString;

    public RunningPostgres Describe() => new(
        ProcessId, "127.0.0.1", Port, Database, UserName, Record.Password, ConnectionString,
        $"postgresql://{UserName}:{Record.Password}@127.0.0.1:{Port}/{Database}", Folder, LogFile);

    private protected override async Task Prepare(CancellationToken cancel)
    {
        if (MajorIn(Folder) is null)
            await Step("Making a PostgreSQL database cluster", () => Initialize(cancel));
        WritePrivate(Path.Combine(Folder, Settings), SettingsText());
    }

    private protected override string[] Command() => [Path.Combine(_programs, "postgres"), "-D", Folder];

    private protected override async Task<bool> IsReady(CancellationToken cancel)
    {
        await using var connection = await Connect("postgres", cancel);
        return true;
    }

    private protected override async Task Complete(CancellationToken cancel)
    {
        await using var connection = await Connect("postgres", cancel);
        await using var find = new NpgsqlCommand("select 1 from pg_database where datname = $1", connection)
        { Parameters = { new() { Value = Database } } };
        if (await find.ExecuteScalarAsync(cancel) is not null)
            return;

        await using var create = new NpgsqlCommand($"create database {Database}", connection);
        await create.ExecuteNonQueryAsync(cancel);
    }

    // initdb fills the folder and writes PG_VERSION first; a run that was cut short is recognized by our settings
    // missing.
    private static int? MajorIn(string folder) =>
        File.Exists(Path.Combine(folder, Settings)) && File.Exists(Path.Combine(folder, "PG_VERSION"))
            ? int.Parse(File.ReadAllText(Path.Combine(folder, "PG_VERSION")), CultureInfo.InvariantCulture)
            : null;

    private async Task Initialize(CancellationToken cancel)
    {
        Directory.Delete(Folder, recursive: true);
        await User.Own(Folder, cancel);
        var passwordFolder = Folder + ".initdb";
        await User.Own(passwordFolder, cancel);
        var passwordFile = Path.Combine(passwordFolder, "password");
        WritePrivate(passwordFile, Record.Password);
        await User.Own(passwordFolder, cancel);

        string[] fast = Setup.Options.SurvivesPowerLoss ? [] : ["--no-sync"];
        var (code, output) = await Unix.Run(cancel, User.RunAsChild(Unix.Terminate, [
            Path.Combine(_programs, "initdb"), "--pgdata", Folder, "--username", UserName, "--pwfile", passwordFile,
            "--auth", "scram-sha-256",
            "--data-checksums", "--encoding", "UTF8", "--locale", "C", .. fast]));
        Directory.Delete(passwordFolder, recursive: true);
        if (code != 0)
            throw new CommandFailedException(
                ExitCode.DependencyAway, $"initdb could not make {Folder}:{Environment.NewLine}{output.Trim()}");
        await File.AppendAllTextAsync(Path.Combine(Folder, "postgresql.conf"), $"\ninclude = '{Settings}'\n", cancel);
    }

    private string SettingsText()
    {
        var memoryMb = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20;
        var durable = Setup.Options.SurvivesPowerLoss ? "on" : "off";
        return string.Create(CultureInfo.InvariantCulture, $"""
            # Written by Doorbuster at every start.
            listen_addresses = '127.0.0.1'
            port = {Port}
            unix_socket_directories = ''
            max_connections = 400
            timezone = 'UTC'

            # "Yes" is said after the commit is on disk.
            synchronous_commit = on
            fsync = {durable}
            full_page_writes = {durable}

            shared_buffers = {Math.Clamp(memoryMb / 8, 64, 1024)}MB
            effective_cache_size = {Math.Max(memoryMb / 2, 128)}MB
            # Checkpoints far apart: a sale must not meet one, and each makes full-page images of every hot page.
            max_wal_size = 4GB
            min_wal_size = 128MB
            checkpoint_timeout = 15min
            wal_buffers = 16MB
            jit = off
            random_page_cost = 1.1
            # The outbox and the pools' rows turn over fast.
            autovacuum_naptime = 15s
            autovacuum_vacuum_scale_factor = 0.05
            autovacuum_vacuum_cost_limit = 2000
            idle_in_transaction_session_timeout = 60s
            log_line_prefix = '%m [%p] %a '
            log_checkpoints = off

            """);
    }

    private async Task<NpgsqlConnection> Connect(string database, CancellationToken cancel)
    {
        var text = new NpgsqlConnectionStringBuilder(ConnectionStringTo(database))
        { Pooling = false, Timeout = 5, ApplicationName = "doorbuster.host" };
        var connection = new NpgsqlConnection(text.ConnectionString);
        try
        {
            await connection.OpenAsync(cancel);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
