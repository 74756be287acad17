using System.CommandLine;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.FlashSales;

/// <summary><c>doorbuster sale watch</c>: a line whenever something changed, looking every second.</summary>
internal static class WatchSale
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static Command Command(CommandHost host)
    {
        var id = SaleCommand.Id();
        var command = new Command("watch", "Print phase and stock whenever they change, until the sale ends.") { id };
        command.SetAction((arguments, cancel) => host.Run(arguments, (services, output, cancel) =>
            Run(services, output, arguments.GetRequiredValue(id), cancel), cancel));
        return command;
    }

    private static async Task<int> Run(IServiceProvider services, Output output, string id, CancellationToken cancel)
    {
        var (store, claims, clock) = (services.GetRequiredService<SaleStore>(), services.GetRequiredService<IClaims>(),
            services.GetRequiredService<TimeProvider>());
        if (!PublicId.TryParse(FlashSale.PublicPrefix, id, out var number))
            return SaleCommand.NotFound(output, id);

        using var timer = new PeriodicTimer(Pause, clock);
        for (var last = ""; ; await timer.WaitForNextTickAsync(cancel))
        {
            if (await store.Find(number, cancel) is not { } sale)
                return SaleCommand.NotFound(output, id);
            var pool = await claims.FindPool(number, cancel);
            var now = clock.GetUtcNow();
            var shown = SaleViews.Administer(sale, pool, now);
            var stock = pool?.Left is { } left ? $"{left:N0} of {sale.Units:N0} free" : $"{sale.Units:N0} offered";
            var line = $"{shown.Phase,-9}  {stock}";
            if (line != last)
                output.Write(shown, FlashSalesJson.Default.Administered, $"{now:HH:mm:ss}Z  {line}");
            last = line;
            if (shown.Phase == SalePhase.Ended.Word)
                return ExitCode.Ok;
        }
    }
}
