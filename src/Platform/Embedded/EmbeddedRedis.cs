using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Doorbuster.Platform.Embedded;

/// <summary>A private Redis: the gate, which forgets nothing it confirmed, or the cache, which may forget
/// everything.</summary>
public sealed class EmbeddedRedis : EmbeddedStore
{
    private const string Settings = "redis.conf";

    private readonly string _program;
    private readonly bool _forgets;

    private EmbeddedRedis(
        string name, string folder, bool forgets, string program, EmbeddedSetup setup, StoreRecord record,
        StoreUser user)
        : base(name, folder, setup, record, user) => (_program, _forgets) = (program, forgets);

    public string ConnectionString => $"127.0.0.1:{Port},password={Record.Password}";

    private protected override string PidFile => Path.Combine(Folder, "redis.pid");

    private protected override int StopSignal => Unix.Terminate;

    internal static async Task<(EmbeddedRedis Gate, EmbeddedRedis Cache)> Create(
        EmbeddedSetup setup, StoreUser user, CancellationToken cancel)
    {
        if (await ServerPrograms.FindRedis(cancel) is not { Path: var program })
            throw ServerPrograms.Missing("Redis 7 or later");

        var record = setup.Installation.Record;
        return (new("Redis (gate)", "redis-gate", forgets: false, program, setup, record.Gate, user),
            new("Redis (cache)", "redis-cache", forgets: true, program, setup, record.Cache, user));
    }

    public RunningRedis Describe() => new(
        ProcessId, "127.0.0.1", Port, Record.Password, ConnectionString,
        $"redis://:{Record.Password}@127.0.0.1:{Port}/0", Folder, LogFile);

    private protected override Task Prepare(CancellationToken cancel)
    {
        var memoryMb = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20;
        var text = string.Create(CultureInfo.InvariantCulture, $"""
            # Written by Doorbuster at every start.
            bind 127.0.0.1
            port {Port}
            requirepass {Record.Password}
            dir "{Folder}"
            pidfile "{PidFile}"
            daemonize no
            loglevel notice
            save ""
            maxclients 2000
            databases {Setup.Options.RedisDatabases}
            {(_forgets ? CacheSettings(memoryMb) : GateSettings(memoryMb))}

            """);
        WritePrivate(Path.Combine(Folder, Settings), text);
        return Task.CompletedTask;
    }

    private protected override string[] Command() => [_program, Path.Combine(Folder, Settings)];

    private protected override async Task<bool> IsReady(CancellationToken cancel)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port, cancel);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"AUTH {Record.Password}\r\nPING\r\n"), cancel);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return await reader.ReadLineAsync(cancel) == "+OK" && await reader.ReadLineAsync(cancel) == "+PONG";
    }

    // Rewriting the log forks; a higher threshold keeps that out of a sale.
    private static string GateSettings(long memoryMb) =>
        $"""
        appendonly yes
        appendfsync always
        auto-aof-rewrite-min-size 256mb
        maxmemory {Math.Max(memoryMb / 4, 256)}mb
        maxmemory-policy noeviction
        """;

    private static string CacheSettings(long memoryMb) =>
        $"""
        appendonly no
        maxmemory {Math.Clamp(memoryMb / 8, 64, 512)}mb
        maxmemory-policy allkeys-lfu
        """;
}
