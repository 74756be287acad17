using Doorbuster.LoadTest.Http;

namespace Doorbuster.Benchmarks.Sales;

/// <summary><c>bin/bench sale [--quick] [--json] [--rounds N] [--seconds S] [--people N] [--connections N] [--settle-rate R]</c></summary>
internal static class SaleBenchCommand
{
    private const string Usage =
        "bin/bench sale [--quick] [--json] [--rounds N] [--seconds S] [--people N] [--connections N] [--settle-rate R]";

    public static async Task<int> Run(string[] arguments)
    {
        var options = arguments.Contains("--quick") ? SaleBenchOptions.Quick : new SaleBenchOptions();
        if (ShopBench.Read(arguments, ref options, Set) is { } wrong)
        {
            await Console.Error.WriteLineAsync($"{wrong}\n{Usage}");
            return 2;
        }
        return await ShopBench.Run(async (folder, cancel) =>
        {
            var result = await Measure(options, folder, cancel);
            ShopBench.Print(result, arguments.Contains("--json"), BenchJson.Default.SaleBenchResult, result.Lines());
            return 0;
        });
    }

    private static SaleBenchOptions? Set(SaleBenchOptions options, string name, double value) => name switch
    {
        "--rounds" => options with { Rounds = (int)value },
        "--seconds" => options with { Seconds = value },
        "--people" => options with { People = Math.Max(2, (int)value) },
        "--connections" => options with { Connections = (int)value },
        "--settle-rate" => options with { SettlePerSecond = value },
        _ => null,
    };

    private static async Task<SaleBenchResult> Measure(SaleBenchOptions options, string folder, CancellationToken cancel)
    {
        ShopBench.Note("starting a private shop");
        await using var shop = await Installation.Start(ShopBench.Program, folder, cancel);
        await Task.Delay(3_000, cancel);
        var restMb = Math.Round(Processes.ResidentMb(shop.ProgramId));

        ShopBench.Note($"making {options.People:N0} people with sessions");
        await shop.Import(cancel);
        var tokens = await shop.MakeTokens(options.People, cancel);
        var sale = await shop.CreateSale(units: 500_000_000, limit: 1_000_000, cancel);
        var soldOut = await shop.CreateSale(units: 1, limit: 1, cancel);
        await BuyTheOnlyUnit(shop, soldOut, tokens, cancel);

        return await ShopBench.BesideBare(folder, await shop.State(sale, cancel), (bare, bareId) =>
        {
            PrintWrk(bare.Port, shop.Url, sale);
            var bench = new SaleBench(options, shop, tokens, bare, bareId, ShopBench.Note);
            return bench.Run(sale, soldOut, restMb, cancel);
        }, cancel);
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

    private static void PrintWrk(int barePort, Uri shop, string sale)
    {
        ShopBench.Note("the same with wrk, while this runs:");
        ShopBench.Note("  echo 'wrk.method=\"POST\"; wrk.body=[[{\"quantity\":1}]]; wrk.headers[\"Content-Type\"]=\"application/json\"' > post.lua");
        ShopBench.Note($"  wrk -t1 -c256 -d5 -s post.lua http://127.0.0.1:{barePort}/echo");
        ShopBench.Note($"  wrk -t1 -c256 -d5 http://127.0.0.1:{barePort}/state");
        ShopBench.Note($"  wrk -t1 -c256 -d5 {shop}api/v1/sales/{sale}/state");
        ShopBench.Note("  claims need a token and a new key each: docs/guides/load-testing.md has the script");
    }
}
