using System.CommandLine;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.FlashSales;

/// <summary><c>doorbuster sale …</c></summary>
internal static class SaleCommand
{
    internal const string By = "command line";
    private const int ListMax = 100;

    public static Command Make(CommandHost host) => new("sale", "Flash sales.")
    {
        MakeSale.Command(host),
        List(host),
        Change(host, "open", "Open a sale now, whenever it was scheduled.",
            now => new SaleChange { State = PoolState.Open, OpensAt = now }),
        Change(host, "pause", "Pause a sale: claims are refused, what is held or sold stays.",
            _ => new SaleChange { State = PoolState.Paused }),
        Change(host, "resume", "Resume a paused sale.", _ => new SaleChange { State = PoolState.Open }),
        Change(host, "close", "Close a sale for good.", _ => new SaleChange { State = PoolState.Closed }),
        AddUnits(host),
        AuditSale.Command(host),
        WatchSale.Command(host),
    };

    internal static Argument<string> Id() => new("ID") { Description = "The sale, as in sal_…" };

    internal static string Line(SaleViews.Administered sale) =>
        $"{sale.Id}  {sale.Phase,-9}  {sale.Units,9:N0} × {Amount(sale.Price)}"
        + $"  opens {sale.OpensAt:yyyy-MM-dd HH:mm:ss}Z  {sale.Title}"
        + (sale.Pending ? "  (not in effect yet: a store is away)" : "");

    internal static int NotFound(Output output, string id) =>
        output.Fail(ExitCode.NotFound, $"There is no sale {id}. 'doorbuster sale list' shows them.");

    internal static int Invalid(Output output, IReadOnlyDictionary<string, string[]> errors) => output.Fail(
        ExitCode.Usage, string.Join('\n', errors.Select(error => $"{error.Key}: {string.Join(' ', error.Value)}")));

    internal static async Task<SaleViews.Administered> View(
        IServiceProvider services, FlashSale sale, CancellationToken cancel)
    {
        var pool = sale.IsPending ? null : await services.GetRequiredService<IClaims>().FindPool(sale.Id, cancel);
        return SaleViews.Administer(sale, pool, services.GetRequiredService<TimeProvider>().GetUtcNow());
    }

    private static string Amount(MoneyView price) =>
        $"{Currencies.Plain(price.Amount, price.Currency)} {price.Currency}";

    private static Command List(CommandHost host)
    {
        var command = new Command("list", $"The last {ListMax} sales, newest first.");
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, cancel) =>
        {
            var (sales, page) = PageInfo.Cut(
                await services.GetRequiredService<SaleStore>().List(long.MaxValue, ListMax + 1, cancel), ListMax,
                sale => sale.PublicId);
            var shown = new List<SaleViews.Administered>();
            foreach (var sale in sales)
                shown.Add(await View(services, sale, cancel));
            output.Write(
                new SaleViews.Console(shown, page), FlashSalesJson.Default.Console,
                shown.Count == 0 ? ["There are no sales yet: doorbuster sale create"] : shown.Select(Line));
            return ExitCode.Ok;
        }, cancel));
        return command;
    }

    private static Command AddUnits(CommandHost host)
    {
        var id = Id();
        var units = new Argument<long>("UNITS") { Description = "How many more." };
        var command = new Command("add-units", "Offer more units.") { id, units };
        command.SetAction((arguments, cancel) => host.Run(arguments, (services, output, cancel) =>
        {
            var change = new SaleChange { AddUnits = arguments.GetValue(units) };
            return Apply(services, output, arguments.GetRequiredValue(id), change, cancel);
        }, cancel));
        return command;
    }

    private static Command Change(
        CommandHost host, string verb, string description, Func<DateTimeOffset, SaleChange> change)
    {
        var id = Id();
        var command = new Command(verb, description) { id };
        command.SetAction((arguments, cancel) => host.Run(arguments, (services, output, cancel) =>
        {
            var now = SaleDraft.ParseTime("now", services.GetRequiredService<TimeProvider>().GetUtcNow())!.Value;
            return Apply(services, output, arguments.GetRequiredValue(id), change(now), cancel);
        }, cancel));
        return command;
    }

    private static async Task<int> Apply(
        IServiceProvider services, Output output, string id, SaleChange change, CancellationToken cancel)
    {
        if (!PublicId.TryParse(FlashSale.PublicPrefix, id, out var number))
            return NotFound(output, id);
        switch (await services.GetRequiredService<SaleDesk>().Change(number, version: null, change, By, cancel))
        {
            case Changed.Sale { Value: var sale }:
                var shown = await View(services, sale, cancel);
                output.Write(shown, FlashSalesJson.Default.Administered, Line(shown));
                return ExitCode.Ok;
            case Changed.Unknown:
                return NotFound(output, id);
            case Changed.HasEnded:
                return output.Fail(ExitCode.Conflict, $"Sale {id} was closed, for good. Make a new one.");
            case Changed.UnitsTaken:
                return output.Fail(ExitCode.Conflict, $"More units of {id} are taken already.");
            case Changed.Invalid invalid:
                return Invalid(output, invalid.Errors);
            default:
                return output.Fail(ExitCode.Conflict, $"Others are changing {id} at the same time. Try again.");
        }
    }
}
