namespace Doorbuster.Platform.Embedded;

/// <summary>What runs right now, for scripts and commands to attach to; <c>running.json</c>, readable by its owner
/// only.</summary>
public sealed record RunningInstallation
{
    public required string BaseUrl { get; init; }
    public required string Role { get; init; }
    public required string Version { get; init; }
    public required string DataFolder { get; init; }
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The program's process.</summary>
    public required int ProcessId { get; init; }
    public required RunningPostgres Postgres { get; init; }
    public required RunningRedis RedisGate { get; init; }
    public required RunningRedis RedisCache { get; init; }
}

/// <param name="ConnectionString">For Npgsql; <paramref name="Url"/> is for everybody else.</param>
public sealed record RunningPostgres(
    int ProcessId, string Host, int Port, string Database, string User, string Password, string ConnectionString,
    string Url,
    string Folder, string LogFile);

/// <param name="ConnectionString">For StackExchange.Redis; <paramref name="Url"/> is for everybody else.</param>
public sealed record RunningRedis(
    int ProcessId, string Host, int Port, string Password, string ConnectionString, string Url, string Folder,
    string LogFile);
