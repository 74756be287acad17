using System.Globalization;
using Doorbuster.Platform.Jobs;

namespace Doorbuster.Payments;

/// <summary>Compares with the provider, from where the last comparison ended and an hour before.</summary>
internal sealed class ReconcilePayments(Reconciliation reconciliation, PaymentSettings settings, TimeProvider clock) : IJob
{
    private static readonly TimeSpan Overlap = TimeSpan.FromHours(1);
    private static readonly TimeSpan BackMax = TimeSpan.FromDays(31);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(30);    // the webhook of what is newer may yet come

    public async Task<string> Run(CancellationToken cancel)
    {
        var to = clock.GetUtcNow() - Settling;
        var from = await settings.ReconciledTo(cancel) is { } last ? last - Overlap : to - TimeSpan.FromDays(1);
        var report = await reconciliation.Run(from < to - BackMax ? to - BackMax : from, to, cancel);
        await settings.NoteReconciled(to, cancel);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Captures} captures, {report.Refunds} refunds, {report.Applied.Count} applied, "
            + $"{report.DifferenceCount} differences");
    }
}
