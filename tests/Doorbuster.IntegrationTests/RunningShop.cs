using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Doorbuster.Platform.Embedded;

namespace Doorbuster.IntegrationTests;

/// <summary>The built program as a process of its own, to talk to, to kill and to start again.</summary>
public sealed class RunningShop : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(40);
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "doorbuster");

    private readonly string[] _arguments;
    private readonly Dictionary<string, string?> _environment;
    private readonly StringBuilder _output = new();
    private Process? _process;

    private RunningShop(int port, string? folder, string[] arguments, Dictionary<string, string?> environment)
    {
        (Port, Folder, _arguments, _environment) = (port, folder, arguments, environment);
        Client = new HttpClient
        {
            BaseAddress = new Uri($"http://127.0.0.1:{port}"),
            Timeout = TimeSpan.FromSeconds(30),
        };
    }

    public int Port { get; }

    /// <summary>The installation's folder of a shop with its own stores.</summary>
    public string? Folder { get; }

    public HttpClient Client { get; }

    public int ProcessId => _process?.Id ?? throw new InvalidOperationException("The shop is not running.");

    /// <summary>Everything it printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>What it says of itself and its stores.</summary>
    public RunningInstallation Status => Installation.FindRunning(Folder!)
        ?? throw new InvalidOperationException($"Nothing runs in {Folder}. {Output}");

    /// <summary><c>doorbuster up</c>: with its own stores in a new folder, empty unless <paramref
    /// name="demo"/>.</summary>
    public static async Task<RunningShop> Up(bool demo = false, params string[] more)
    {
        var (port, folder) = (FreePort(), NewFolder());
        string[] empty = demo ? [] : ["--no-demo"];
        string[] arguments = ["up", "--port", $"{port}", "--data", folder, .. empty, .. more];
        var shop = new RunningShop(port, folder, arguments, []);
        return await StartOrEnd(shop);
    }

    /// <summary>A shop with its own stores in a new folder that nobody started yet.</summary>
    public static RunningShop New()
    {
        var (port, folder) = (FreePort(), NewFolder());
        return new RunningShop(port, folder, ["up", "--port", $"{port}", "--data", folder, "--no-demo"], []);
    }

    /// <summary><c>doorbuster serve</c>: one process of a role on stores that are there.</summary>
    public static async Task<RunningShop> Serve(
        StoreAddresses stores, string role = "all", Dictionary<string, string?>? settings = null)
    {
        var port = FreePort();
        var environment = stores.Configuration.Concat(settings ?? [])
            .ToDictionary(
                setting => "DOORBUSTER__" + setting.Key.Replace(":", "__", StringComparison.Ordinal),
                setting => setting.Value);
        return await StartOrEnd(
            new RunningShop(port, null, ["serve", "--role", role, "--port", $"{port}"], environment));
    }

    /// <summary>Runs a command of the program to its end.</summary>
    public static Task<(int ExitCode, string Output, string Errors)> Run(params string[] arguments) =>
        Run([], arguments);

    /// <summary>The JSON a command printed on this shop's stores.</summary>
    public async Task<JsonElement> Ask(params string[] arguments)
    {
        string[] where = Folder is null ? [] : ["--data", Folder];
        var (code, output, errors) = await Run(_environment, [.. arguments, "--json", .. where]);
        Assert.True(code == 0, $"{string.Join(' ', arguments)} ended with {code}: {errors}");
        return JsonDocument.Parse(output).RootElement.Clone();
    }

    // Apart from where stores choose theirs: a shop binds its port seconds after we chose it.
    public static int FreePort() => Ports.Free(11_000, 16_999);

    public static string NewFolder()
    {
        var folder = Directory.CreateTempSubdirectory("doorbuster-test-").FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);    // the stores' users must get in
        return folder;
    }

    /// <summary>Starts it, on the same port and folder as before; returns when it says that it is ready.</summary>
    public async Task Start()
    {
        await Begin();
        await WaitUntilReady();
    }

    /// <summary>Starts it and returns at once.</summary>
    public async Task Begin()
    {
        // It must not outlive a test run that is killed, and its stores die with it.
        string[] command = ["--pdeathsig", "KILL", "--", Program, .. _arguments];
        var start = new ProcessStartInfo("setpriv", command)
        { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in _environment)
            start.Environment[name] = value;
        _process = await ChildThread.Start(start);
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>kill -9</summary>
    public async Task Kill()
    {
        Unix.Signal(ProcessId, Unix.Kill);
        await End();
    }

    /// <summary>SIGTERM; returns the exit code.</summary>
    public async Task<int> Terminate()
    {
        Unix.Signal(ProcessId, Unix.Terminate);
        return await End();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await Terminate();
        Client.Dispose();
        if (Folder is not null)
            Directory.Delete(Folder, recursive: true);
    }

    private static async Task<(int ExitCode, string Output, string Errors)> Run(
        Dictionary<string, string?> environment, string[] arguments)
    {
        var start = new ProcessStartInfo(Program, arguments)
        { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(StartPatience);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(patience.Token),
            process.StandardError.ReadToEndAsync(patience.Token));
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, await output, await errors);
    }

    private static async Task<RunningShop> StartOrEnd(RunningShop shop)
    {
        try
        {
            await shop.Start();
            return shop;
        }
        catch
        {
            await shop.DisposeAsync();
            throw;
        }
    }

    private async Task WaitUntilReady()
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < StartPatience)
        {
            if (_process!.HasExited)
                throw new InvalidOperationException(
                    $"The shop ended with {_process.ExitCode} while starting:\n{Output}");
            try
            {
                using var answer = await Client.GetAsync(new Uri("/readyz", UriKind.Relative));
                if (answer.StatusCode == HttpStatusCode.OK)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            await Task.Delay(50);
        }
        throw new TimeoutException($"The shop was not ready after {StartPatience}:\n{Output}");
    }

    private async Task<int> End()
    {
        using var patience = new CancellationTokenSource(EndPatience);
        var process = _process!;
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"The shop did not end within {EndPatience}:\n{Output}");
        }
        finally
        {
            _process = null;
        }
        using (process)
            return process.ExitCode;
    }

    private void Keep(string? line)
    {
        lock (_output)
            _output.AppendLine(line);
    }
}
