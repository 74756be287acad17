using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Doorbuster.Benchmarks.Sales;

namespace Doorbuster.Benchmarks;

/// <summary>What every benchmark of the whole program does around its measurement.</summary>
internal static class ShopBench
{
    /// <summary>What <c>bin/bench</c> has built.</summary>
    public static string Program => Environment.GetEnvironmentVariable("DOORBUSTER_PROGRAM")
        ?? throw new InvalidOperationException("Start this by bin/bench, which builds the program and says where it is.");

    /// <summary>Measures in a folder that is gone afterwards, until Ctrl+C; returns the exit code.</summary>
    public static async Task<int> Run(Func<string, CancellationToken, Task<int>> measure)
    {
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, press) =>
        {
            press.Cancel = true;
            stop.Cancel();
        };
        var folder = Directory.CreateTempSubdirectory("doorbuster-bench-").FullName;
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(
                folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherExecute | UnixFileMode.GroupExecute);
        try
        {
            return await measure(folder, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 130;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Measures beside a bare server on this machine, which answers <c>/state</c> with
    /// <paramref name="state"/>.</summary>
    public static async Task<T> BesideBare<T>(
        string folder, string state, Func<Uri, int, Task<T>> measure, CancellationToken cancel)
    {
        var file = Path.Combine(folder, "state.json");
        await File.WriteAllTextAsync(file, state, cancel);
        var url = new Uri($"http://127.0.0.1:{Installation.FreePort()}");
        var bare = Process.Start(Environment.ProcessPath!, ["bare", $"{url.Port}", file]);
        try
        {
            await WaitFor(new Uri(url, "/state"), cancel);
            return await measure(url, bare.Id);
        }
        finally
        {
            await Installation.Stop(bare);
        }
    }

    public static void Print<T>(T result, bool json, JsonTypeInfo<T> type, IEnumerable<string> lines)
    {
        if (json)
            Console.WriteLine(JsonSerializer.Serialize(result, type));
        else
            foreach (var line in lines)
                Console.WriteLine(line);
    }

    public static void Note(string line) => Console.Error.WriteLine(line);

    /// <summary>Reads options that take a number; <paramref name="set"/> answers null for one it does not know.
    /// <c>--quick</c> and <c>--json</c> are passed over. Returns what is wrong, or null.</summary>
    public static string? Read<T>(string[] arguments, ref T options, Func<T, string, double, T?> set) where T : class
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] is "--quick" or "--json")
                continue;
            var name = arguments[i];
            if (++i >= arguments.Length
                || !double.TryParse(arguments[i], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
                || value <= 0)
                return $"{name} needs a number above 0.";
            if (set(options, name, value) is not { } changed)
                return $"There is no option {name}.";
            options = changed;
        }
        return null;
    }

    private static async Task WaitFor(Uri url, CancellationToken cancel)
    {
        using var http = new HttpClient();
        for (var tries = 0; ; tries++)
        {
            try
            {
                using var answer = await http.GetAsync(url, cancel);
                return;
            }
            catch (HttpRequestException) when (tries < 100)
            {
                await Task.Delay(100, cancel);
            }
        }
    }
}
