using System.CommandLine;
using System.Globalization;
using Doorbuster.Platform.Commands;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.Payments;

/// <summary><c>doorbuster payment …</c></summary>
internal static class PaymentCommand
{
    private static readonly TimeSpan PeriodMax = TimeSpan.FromDays(31);

    public static Command Make(CommandHost host) =>
        new("payment", "Payments: compare them with the provider, write them out.") { Reconcile(host), Export(host) };

    private static Command Reconcile(CommandHost host)
    {
        var from = new Option<string?>("--from") { Description = "A time such as 2026-11-20T00:00Z (default: a day ago)." };
        var to = new Option<string?>("--to") { Description = "Likewise (default: now)." };
        var command = new Command(
            "reconcile",
            "Compare our payments with the provider's list. What a lost webhook should have told is applied. Ends with 1 "
            + "when something differs.") { from, to };
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, token) =>
        {
            var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
            if (!TryRead(arguments.GetValue(to), now, out var end)
                || !TryRead(arguments.GetValue(from), end - TimeSpan.FromDays(1), out var start))
                return output.Fail(ExitCode.Usage, "--from and --to take a time with its offset, such as 2026-11-20T00:00Z.");
            if (start >= end || end - start > PeriodMax)
                return output.Fail(ExitCode.Usage, $"--from must be before --to, by {PeriodMax.TotalDays} days at most.");
            var report = await services.GetRequiredService<Reconciliation>().Run(start, end, token);
            output.Write(report, PaymentsJson.Default.ReconcileReport, Describe(report));
            return report.IsClean ? ExitCode.Ok : ExitCode.Failure;
        }, cancel));
        return command;
    }

    private static bool TryRead(string? text, DateTimeOffset otherwise, out DateTimeOffset time)
    {
        time = otherwise;
        return text is null || (text.Length > 10 && DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time));
    }

    private static IEnumerable<string> Describe(ReconcileReport report)
    {
        yield return string.Create(CultureInfo.InvariantCulture,
            $"{report.From:s}Z to {report.To:s}Z: {report.Captures:N0} captures and {report.Refunds:N0} refunds at the provider");
        foreach (var missed in report.Applied)
            yield return $"  applied: {missed.Kind} of {missed.Payment}, {missed.Amount.Amount} {missed.Amount.Currency}: its webhook never came";
        foreach (var difference in report.Differences)
            yield return $"  {difference.Kind}: {difference.Payment}: ours {difference.Ours}; theirs {difference.Theirs}";
        yield return report.IsClean
            ? "The books agree."
            : string.Create(CultureInfo.InvariantCulture, $"{report.DifferenceCount:N0} differences. Nothing of them was changed.");
    }

    private static Command Export(CommandHost host)
    {
        var file = CsvExport.File();
        var command = new Command("export", "Export all payments, oldest first.") { file };
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, token) =>
        {
            var export = services.GetRequiredService<PaymentExport>();
            var (count, path) = await CsvExport.Write(
                arguments.GetValue(file)!, stream => export.To(stream, token));
            if (path is not null)
                output.Write(
                    new ExportReport(count, path), PaymentsJson.Default.ExportReport,
                    $"{count:N0} payments written to {path}");
            return ExitCode.Ok;
        }, cancel));
        return command;
    }
}
