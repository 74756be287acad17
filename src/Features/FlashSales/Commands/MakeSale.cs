using System.CommandLine;
using Doorbuster.Contracts.Catalog;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.FlashSales;

/// <summary><c>doorbuster sale create</c></summary>
internal static class MakeSale
{
    public static Command Command(CommandHost host)
    {
        var product = new Option<string>("--product") { Description = "SKU of the variant.", Required = true };
        var units = new Option<long>("--units") { Description = "How many are offered.", Required = true };
        var limit = new Option<int?>("--limit") { Description = "Most one person may have; left out: no limit." };
        var price = new Option<string>("--price") { Description = "Price of one, such as 9.99.", Required = true };
        var currency = new Option<string?>("--currency") { Description = "Left out: the variant's." };
        var opens = new Option<string>("--opens")
        {
            Description = "now, +60s, or a time such as 2026-11-20T20:00:00Z.",
            DefaultValueFactory = _ => "now",
        };
        var closes = new Option<string?>("--closes") { Description = "Likewise; left out: until it is closed." };
        var hold = new Option<string>("--hold")
        {
            Description = "How long an unpaid claim holds its units, 30s to 60m.",
            DefaultValueFactory = _ => "15m",
        };
        var command = new Command("create", "Offer units of a variant.")
        {
            product, units, limit, price, currency, opens, closes, hold,
        };
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, cancel) =>
        {
            var sku = arguments.GetRequiredValue(product);
            if (await services.GetRequiredService<ICatalog>().FindVariant(sku, cancel) is not { } variant)
                return output.Fail(ExitCode.NotFound, $"There is no variant with the SKU {sku}.");

            var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
            var money = arguments.GetValue(currency)?.ToUpperInvariant() ?? variant.Currency;
            if (SaleDraft.ParsePrice(arguments.GetRequiredValue(price), money) is not { } asked)
                return output.Fail(ExitCode.Usage, $"--price must be an amount of {money}, such as 9.99.");
            if (SaleDraft.ParseTime(arguments.GetRequiredValue(opens), now) is not { } opensAt)
                return NotATime(output, "--opens");
            var end = arguments.GetValue(closes);
            var closesAt = end is null ? null : SaleDraft.ParseTime(end, now);
            if (end is not null && closesAt is null)
                return NotATime(output, "--closes");
            if (SaleDraft.ParseDuration(arguments.GetRequiredValue(hold)) is not { } held)
                return output.Fail(ExitCode.Usage, "--hold must be a duration such as 90s or 15m.");

            var draft = new SaleDraft(
                sku, arguments.GetValue(units), arguments.GetValue(limit), asked, opensAt, closesAt, held);
            var desk = services.GetRequiredService<SaleDesk>();
            switch (await desk.Create(draft, requestKey: null, SaleCommand.By, cancel))
            {
                case Made.Sale { Value: var sale }:
                    var shown = await SaleCommand.View(services, sale, cancel);
                    output.Write(shown, FlashSalesJson.Default.Administered, SaleCommand.Line(shown));
                    return ExitCode.Ok;
                case Made.Invalid invalid:
                    return SaleCommand.Invalid(output, invalid.Errors);
                default:
                    return output.Fail(ExitCode.NotFound, $"There is no variant with the SKU {sku}.");
            }
        }, cancel));
        return command;
    }

    private static int NotATime(Output output, string option) => output.Fail(
        ExitCode.Usage, $"{option} must be now, a wait such as +60s, or a time such as 2026-11-20T20:00:00Z.");
}
