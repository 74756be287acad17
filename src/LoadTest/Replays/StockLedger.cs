using System.CommandLine;
using System.Diagnostics;
using Doorbuster.Contracts.Catalog;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform.Commands;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.LoadTest.Replays;

/// <summary>Whoever can count the ordinary stock.</summary>
internal interface IStockLedger
{
    /// <summary>How many of the pools of these codes do not add up, once the time to come to rest is over.</summary>
    Task<long> UncleanPools(IReadOnlyList<string> skus, TimeSpan within, CancellationToken cancel);
}

internal sealed class InstallationStock(CommandHost host, ParseResult arguments) : IStockLedger
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public async Task<long> UncleanPools(IReadOnlyList<string> skus, TimeSpan within, CancellationToken cancel)
    {
        var unclean = 0L;
        await host.Run(arguments, async (services, _, stop) =>
        {
            unclean = await Count(services.GetRequiredService<ICatalog>(), services.GetRequiredService<IClaims>(), skus, within, stop);
            return ExitCode.Ok;
        }, cancel);
        return unclean;
    }

    private static async Task<long> Count(
        ICatalog catalog, IClaims claims, IReadOnlyList<string> skus, TimeSpan within, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        List<long> pools = [];
        foreach (var sku in skus)
            if (await catalog.FindVariant(sku, cancel) is { } variant)
                pools.Add(variant.StockPool);
        while (true)
        {
            List<long> unclean = [];
            foreach (var pool in pools)
                if (await claims.Audit(pool, cancel) is not { IsClean: true })
                    unclean.Add(pool);
            if (unclean.Count == 0 || Stopwatch.GetElapsedTime(started) >= within)
                return unclean.Count;
            pools = unclean;
            await Task.Delay(Pause, cancel);
        }
    }
}
