using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Doorbuster.LoadTest.Http;
using Npgsql;

namespace Doorbuster.Benchmarks.Sales;

/// <summary>A private shop for the benchmark, as its users start it: the built program on a folder of its own.</summary>
internal sealed class Installation : IAsyncDisposable
{
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(90);

    private readonly string _program;
    private readonly string _folder;
    private readonly Process _process;
    private readonly HttpClient _http = new();

    private Installation(string program, string folder, Process process, int port)
    {
        (_program, _folder, _process) = (program, folder, process);
        Url = new Uri($"http://127.0.0.1:{port}");
    }

    public Uri Url { get; }
    public int ProgramId => _process.Id;
    public int PostgresId { get; private set; }
    public int GateId { get; private set; }
    public int CacheId { get; private set; }
    public NpgsqlDataSource Database { get; private set; } = null!;

    public static async Task<Installation> Start(
        string program, string folder, CancellationToken cancel, params (string Name, string Value)[] settings)
    {
        var port = FreePort();
        var log = Path.Combine(folder, "doorbuster.log");
        var start = new ProcessStartInfo("/bin/sh")
        {
            ArgumentList =
            {
                "-c", """exec "$0" up --no-demo --data "$1" --port "$2" >"$3" 2>&1""", program, Path.Combine(folder, "data"),
                $"{port}", log,
            },
        };
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        foreach (var (name, value) in settings)
            start.Environment["DOORBUSTER__" + name.Replace(":", "__", StringComparison.Ordinal)] = value;
        var installation = new Installation(program, folder, Process.Start(start)!, port);
        await installation.WaitUntilReady(log, cancel);
        await installation.ReadStatus(cancel);
        return installation;
    }

    public async Task<string> Run(CancellationToken cancel, params string[] arguments) =>
        await Processes.Read(_program, [.. arguments, "--data", Path.Combine(_folder, "data")], cancel);

    /// <summary>The id of a new sale that is open.</summary>
    public async Task<string> CreateSale(long units, int? limit, CancellationToken cancel)
    {
        string[] limits = limit is { } most ? ["--limit", $"{most}"] : [];
        var json = await Run(
            cancel, ["sale", "create", "--product", "BENCH", "--units", $"{units}", "--price", "9.99", "--opens", "now", "--json", .. limits]);
        using var document = JsonDocument.Parse(json);
        var sale = document.RootElement.GetProperty("id").GetString()!;
        for (var tries = 0; tries < 100; tries++)
        {
            if ((await State(sale, cancel)).Contains("\"open\"", StringComparison.Ordinal))
                return sale;
            await Task.Delay(100, cancel);
        }
        throw new InvalidOperationException($"The sale {sale} did not open.");
    }

    public Task<string> State(string sale, CancellationToken cancel) =>
        _http.GetStringAsync(new Uri(Url, $"/api/v1/sales/{sale}/state"), cancel);

    public async Task<Tokens> MakeTokens(int count, CancellationToken cancel)
    {
        var file = Path.Combine(_folder, "tokens");
        await Run(cancel, "user", "tokens", "--count", $"{count}", "--out", file);
        return new Tokens(await File.ReadAllBytesAsync(file, cancel));
    }

    public async Task Import(CancellationToken cancel)
    {
        var file = Path.Combine(_folder, "bench.csv");
        await File.WriteAllTextAsync(file, "sku,title,price,stock\nBENCH,Benchmark mug,12.99,1000\n", cancel);
        await Run(cancel, "catalog", "import", file);
    }

    public async Task<long> Count(string sql, CancellationToken cancel)
    {
        await using var command = Database.CreateCommand(sql);
        command.CommandTimeout = 120;
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (Database is not null)
            await Database.DisposeAsync();
        await Stop(_process);
    }

    /// <summary>Asks a process to end, as Ctrl-C would, and waits.</summary>
    public static async Task Stop(Process process)
    {
        if (!process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
            await kill.WaitForExitAsync();
            await process.WaitForExitAsync();
        }
        process.Dispose();
    }

    private async Task WaitUntilReady(string log, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(started) > StartMax)
                throw new InvalidOperationException($"The shop did not start:\n{await File.ReadAllTextAsync(log, cancel)}");
            try
            {
                using var ready = await _http.GetAsync(new Uri(Url, "/readyz"), cancel);
                if (ready.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            await Task.Delay(100, cancel);
        }
    }

    private async Task ReadStatus(CancellationToken cancel)
    {
        using var status = JsonDocument.Parse(await Run(cancel, "status", "--json"));
        var root = status.RootElement;
        PostgresId = root.GetProperty("postgres").GetProperty("processId").GetInt32();
        GateId = root.GetProperty("redisGate").GetProperty("processId").GetInt32();
        CacheId = root.GetProperty("redisCache").GetProperty("processId").GetInt32();
        Database = NpgsqlDataSource.Create(root.GetProperty("postgres").GetProperty("connectionString").GetString()!);
    }
}
