using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Doorbuster.Benchmarks.Sales;

namespace Doorbuster.Benchmarks.RedPackets;

/// <summary><c>bin/bench redpacket [--quick] [--json] [--rounds N] [--seconds S] [--people N] [--parts N] [--connections N]</c></summary>
internal static class RedPacketBenchCommand
{
    private const string Usage =
        "bin/bench redpacket [--quick] [--json] [--rounds N] [--seconds S] [--people N] [--parts N] [--connections N]";

    public static async Task<int> Run(string[] arguments)
    {
        if (!TryRead(arguments, out var options, out var json, out var wrong))
        {
            await Console.Error.WriteLineAsync($"{wrong}\n{Usage}");
            return 2;
        }
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
            var result = await Measure(options, folder, stop.Token);
            if (json)
                Console.WriteLine(JsonSerializer.Serialize(result, RedPacketBenchJson.Default.RedPacketBenchResult));
            else
                foreach (var line in result.Lines())
                    Console.WriteLine(line);
            return result.IsExact ? 0 : 1;
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

    private static async Task<RedPacketBenchResult> Measure(
        RedPacketBenchOptions options, string folder, CancellationToken cancel)
    {
        var program = Environment.GetEnvironmentVariable("DOORBUSTER_PROGRAM")
            ?? throw new InvalidOperationException("Start this by bin/bench, which builds the program and says where it is.");
        Note("starting a private shop");
        await using var shop = await Installation.Start(program, folder, cancel);
        Note($"making {options.People:N0} people with sessions");
        var tokens = await shop.MakeTokens(options.People, cancel);

        var state = Path.Combine(folder, "state.json");
        await File.WriteAllTextAsync(state, "{}", cancel);
        var port = Installation.FreePort();
        var bare = Process.Start(Environment.ProcessPath!, ["bare", $"{port}", state]);
        try
        {
            await WaitFor(new Uri($"http://127.0.0.1:{port}/state"), cancel);
            var bench = new RedPacketBench(options, shop, tokens, new Uri($"http://127.0.0.1:{port}"), bare.Id, Note);
            return await bench.Run(cancel);
        }
        finally
        {
            await Installation.Stop(bare);
        }
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

    private static void Note(string line) => Console.Error.WriteLine(line);

    private static bool TryRead(string[] arguments, out RedPacketBenchOptions options, out bool json, out string wrong)
    {
        options = arguments.Contains("--quick") ? RedPacketBenchOptions.Quick : new RedPacketBenchOptions();
        (json, wrong) = (arguments.Contains("--json"), "");
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] is "--quick" or "--json")
                continue;
            var name = arguments[i];
            if (++i >= arguments.Length
                || !double.TryParse(arguments[i], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
                || value <= 0)
            {
                wrong = $"{name} needs a number above 0.";
                return false;
            }
            switch (name)
            {
                case "--rounds": options = options with { Rounds = (int)Math.Max(1, value) }; break;
                case "--seconds": options = options with { Seconds = value }; break;
                case "--people": options = options with { People = (int)Math.Clamp(value, 2, 1_000_000) }; break;
                case "--parts": options = options with { Parts = (int)Math.Clamp(value, 1, 1_000_000) }; break;
                case "--connections": options = options with { Connections = (int)Math.Clamp(value, 1, 4_096) }; break;
                default: wrong = $"There is no option {name}."; return false;
            }
        }
        return true;
    }
}
