using System.CommandLine;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.FlashSales;

/// <summary><c>doorbuster sale audit</c>: counts every unit, in the ledger and at the gate.</summary>
internal static class AuditSale
{
    public static Command Command(CommandHost host)
    {
        var id = SaleCommand.Id();
        var command = new Command(
            "audit", "Count every unit: offered = kept + held + free, nobody over the limit, no drift.") { id };
        command.SetAction((arguments, cancel) => host.Run(arguments, (services, output, cancel) =>
            Run(services, output, arguments.GetRequiredValue(id), cancel), cancel));
        return command;
    }

    private static async Task<int> Run(IServiceProvider services, Output output, string id, CancellationToken cancel)
    {
        if (!PublicId.TryParse(FlashSale.PublicPrefix, id, out var number)
            || await services.GetRequiredService<SaleStore>().Find(number, cancel) is not { } sale)
            return SaleCommand.NotFound(output, id);
        if (await services.GetRequiredService<IClaims>().Audit(number, cancel) is not { } audit)
            return output.Fail(ExitCode.NotFound, $"Sale {id} has no pool yet; it gets one once the stores are there.");

        output.Write(
            SaleViews.Of(sale, audit), FlashSalesJson.Default.Audit,
            $"offered           {audit.Offered:N0}",
            $"kept              {audit.Kept:N0}",
            $"held              {audit.Held:N0}",
            $"free              {audit.Free:N0}",
            $"in flight         {audit.InFlight:N0}",
            $"drift             {(audit.Drift is { } drift ? $"{drift:N0}" : "unknown: the gate is away")}",
            $"people over limit {audit.PeopleOverLimit:N0}",
            $"duplicate keys    {audit.DuplicateKeys:N0}",
            $"ledger mismatch   {audit.LedgerMismatch:N0}");
        return Judge(output, audit);
    }

    private static int Judge(Output output, PoolAudit audit)
    {
        if (audit.IsClean)
        {
            output.Note("Clean: every unit is accounted for.");
            return ExitCode.Ok;
        }
        if ((audit with { Drift = 0 }).IsClean && audit.Drift is null)
            return output.Fail(
                ExitCode.DependencyAway,
                "The ledger is right; whether the gate agrees is unknown, Redis is away. Ask again when it is back.");
        return output.Fail(
            ExitCode.Failure,
            "Not clean. A drift repairs itself within ten seconds; all else is a defect: keep the stores as they are.");
    }
}
