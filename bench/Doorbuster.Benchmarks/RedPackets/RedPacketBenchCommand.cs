using Doorbuster.Benchmarks.Sales;

namespace Doorbuster.Benchmarks.RedPackets;

/// <summary><c>bin/bench redpacket [--quick] [--json] [--rounds N] [--seconds S] [--people N] [--parts N] [--connections N]</c></summary>
internal static class RedPacketBenchCommand
{
    private const string Usage =
        "bin/bench redpacket [--quick] [--json] [--rounds N] [--seconds S] [--people N] [--parts N] [--connections N]";

    public static async Task<int> Run(string[] arguments)
    {
        var options = arguments.Contains("--quick") ? RedPacketBenchOptions.Quick : new RedPacketBenchOptions();
        if (ShopBench.Read(arguments, ref options, Set) is { } wrong)
        {
            await Console.Error.WriteLineAsync($"{wrong}\n{Usage}");
            return 2;
        }
        return await ShopBench.Run(async (folder, cancel) =>
        {
            var result = await Measure(options, folder, cancel);
            ShopBench.Print(
                result, arguments.Contains("--json"), RedPacketBenchJson.Default.RedPacketBenchResult, result.Lines());
            return result.IsExact ? 0 : 1;
        });
    }

    private static RedPacketBenchOptions? Set(RedPacketBenchOptions options, string name, double value) => name switch
    {
        "--rounds" => options with { Rounds = (int)Math.Max(1, value) },
        "--seconds" => options with { Seconds = value },
        "--people" => options with { People = (int)Math.Clamp(value, 2, 1_000_000) },
        "--parts" => options with { Parts = (int)Math.Clamp(value, 1, 1_000_000) },
        "--connections" => options with { Connections = (int)Math.Clamp(value, 1, 4_096) },
        _ => null,
    };

    private static async Task<RedPacketBenchResult> Measure(
        RedPacketBenchOptions options, string folder, CancellationToken cancel)
    {
        ShopBench.Note("starting a private shop");
        await using var shop = await Installation.Start(ShopBench.Program, folder, cancel);
        ShopBench.Note($"making {options.People:N0} people with sessions");
        var tokens = await shop.MakeTokens(options.People, cancel);
        return await ShopBench.BesideBare(
            folder, "{}", (bare, bareId) =>
                new RedPacketBench(options, shop, tokens, bare, bareId, ShopBench.Note).Run(cancel), cancel);
    }
}
