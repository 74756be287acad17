using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Doorbuster.LoadTest.Http;

namespace Doorbuster.Benchmarks.Sales;

/// <summary><c>bin/bench sale [--quick] [--json] [--rounds N] [--seconds S] [--people N] [--connections N] [--settle-rate R]</c></summary>
internal static class SaleBenchCommand
{
    public static async Task<int> Run(string[] arguments)
    {
        if (!TryRead(arguments, out var options, out var json, out var wrong))
        {
            await Console.Error.WriteLineAsync(
                $"{wrong}\nbin/bench sale [--quick] [--json] [--rounds N] [--seconds S] [--people N] [--connections N] [--settle-rate R]");
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
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherExecute | UnixFileMode.GroupExecute);
        try
        {
            var result = await Measure(options, folder, stop.Token);
            if (json)
                Console.WriteLine(JsonSerializer.Serialize(result, BenchJson.Default.SaleBenchResult));
            else
                foreach (var line in result.Lines())
                    Console.WriteLine(line);
            return 0;
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

    private static async Task<SaleBenchResult> Measure(SaleBenchOptions options, string folder, CancellationToken cancel)
    {
        var program = Environment.GetEnvironmentVariable("DOORBUSTER_PROGRAM")
            ?? throw new InvalidOperationException("Start this by bin/bench, which builds the program and says where it is.");
        Note("starting a private shop");
        await using var shop = await Installation.Start(program, folder, cancel);
        await Task.Delay(3_000, cancel);
        var restMb = Math.Round(Processes.ResidentMb(shop.ProgramId));

        Note($"making {options.People:N0} people with sessions");
        await shop.Import(cancel);
        var tokens = await shop.MakeTokens(options.People, cancel);
        var sale = await shop.CreateSale(units: 500_000_000, limit: 1_000_000, cancel);
        var soldOut = await shop.CreateSale(units: 1, limit: 1, cancel);
        await BuyTheOnlyUnit(shop, soldOut, tokens, cancel);

        var state = Path.Combine(folder, "state.json");
        await File.WriteAllTextAsync(state, await shop.State(sale, cancel), cancel);
        var port = Installation.FreePort();
        var bare = Process.Start(Environment.ProcessPath!, ["bare", $"{port}", state]);
        try
        {
            await WaitFor(new Uri($"http://127.0.0.1:{port}/state"), cancel);
            PrintWrk(port, shop.Url, sale);
            var bench = new SaleBench(options, shop, tokens, new Uri($"http://127.0.0.1:{port}"), bare.Id, Note);
            return await bench.Run(sale, soldOut, restMb, cancel);
        }
        finally
        {
            await Installation.Stop(bare);
        }
    }

    private static async Task BuyTheOnlyUnit(Installation shop, string sale, Tokens tokens, CancellationToken cancel)
    {
        using var http = new HttpClient();
        using var claim = new HttpRequestMessage(HttpMethod.Post, new Uri(shop.Url, $"/api/v1/sales/{sale}/claims"))
        {
            Content = new StringContent("""{"quantity":1}""", System.Text.Encoding.ASCII, "application/json"),
        };
        claim.Headers.Add("Authorization", $"Bearer {System.Text.Encoding.ASCII.GetString(tokens[0])}");
        claim.Headers.Add("Idempotency-Key", "the-only-unit");
        using var answer = await http.SendAsync(claim, cancel);
        if ((int)answer.StatusCode != 201)
            throw new InvalidOperationException(
                $"The first claim was answered {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancel)}");
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

    private static void PrintWrk(int barePort, Uri shop, string sale)
    {
        Note("the same with wrk, while this runs:");
        Note("  echo 'wrk.method=\"POST\"; wrk.body=[[{\"quantity\":1}]]; wrk.headers[\"Content-Type\"]=\"application/json\"' > post.lua");
        Note($"  wrk -t1 -c256 -d5 -s post.lua http://127.0.0.1:{barePort}/echo");
        Note($"  wrk -t1 -c256 -d5 http://127.0.0.1:{barePort}/state");
        Note($"  wrk -t1 -c256 -d5 {shop}api/v1/sales/{sale}/state");
        Note("  claims need a token and a new key each: docs/guides/load-testing.md has the script");
    }

    private static void Note(string line) => Console.Error.WriteLine(line);

    private static bool TryRead(string[] arguments, out SaleBenchOptions options, out bool json, out string wrong)
    {
        options = arguments.Contains("--quick") ? SaleBenchOptions.Quick : new SaleBenchOptions();
        (json, wrong) = (arguments.Contains("--json"), "");
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] is "--quick" or "--json")
                continue;
            var name = arguments[i];
            if (++i >= arguments.Length || Positive(arguments[i]) is not { } value)
            {
                wrong = $"{name} needs a number above 0.";
                return false;
            }
            switch (name)
            {
                case "--rounds": options = options with { Rounds = (int)value }; break;
                case "--seconds": options = options with { Seconds = value }; break;
                case "--people": options = options with { People = Math.Max(2, (int)value) }; break;
                case "--connections": options = options with { Connections = (int)value }; break;
                case "--settle-rate": options = options with { SettlePerSecond = value }; break;
                default: wrong = $"There is no option {name}."; return false;
            }
        }
        return true;
    }

    private static double? Positive(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value > 0 ? value : null;
}
