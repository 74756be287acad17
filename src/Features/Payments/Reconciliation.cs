using Doorbuster.Payments.Sandbox;
using Doorbuster.Platform;
using Doorbuster.Platform.Audit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Doorbuster.Payments;

/// <param name="Captures">At the provider, in this time.</param>
/// <param name="Applied">What its webhook should have told us; it counts now as if it had.</param>
/// <param name="Differences">What has to be looked at by somebody; the first of <paramref name="DifferenceCount"/>.</param>
internal sealed record ReconcileReport(
    DateTime From, DateTime To, long Captures, long Refunds, IReadOnlyList<MissedNews> Applied,
    IReadOnlyList<Difference> Differences, long DifferenceCount)
{
    public bool IsClean => DifferenceCount == 0;
}

internal sealed record MissedNews(string Kind, string Payment, string? Refund, MoneyView Amount);

/// <param name="Kind"><c>unknown_payment</c>, <c>capture_differs</c>, <c>refund_differs</c>,
/// <c>capture_not_at_provider</c> or <c>refund_not_at_provider</c>.</param>
/// <param name="Ours">What we filed.</param>
/// <param name="Theirs">What the provider lists.</param>
internal sealed record Difference(string Kind, string Payment, string? Refund, string Ours, string Theirs);

/// <summary>
/// Compares our payments with the provider's list of what moved, both ways. What a lost webhook should have told is
/// applied as if it had come; what differs is reported, and nothing of it changed.
/// </summary>
internal sealed class Reconciliation(
    [FromKeyedServices(PaymentsFeature.SchemaName)] NpgsqlDataSource db, PaymentProvider provider, PaymentStore payments,
    RefundStore refunds, PaymentCounts counts, ILogger<Reconciliation> log)
{
    private const int PageSize = 500;
    private const int ListedMax = 1_000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);    // what is held in memory at a time
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);     // their clock and ours

    public async Task<ReconcileReport> Run(DateTimeOffset from, DateTimeOffset to, CancellationToken cancel)
    {
        var tally = new Tally();
        for (var start = from; start < to; start += Window)
        {
            var end = start + Window < to ? start + Window : to;
            var theirs = await ReadTheirs(start, end, tally, cancel);
            await FindOurCaptures(start, end, theirs, tally, cancel);
            await FindOurRefunds(start, end, theirs, tally, cancel);
        }
        log.Reconciled(to, tally.Captures, tally.Refunds, tally.Applied.Count, tally.DifferenceCount);
        return new(
            from.UtcDateTime, to.UtcDateTime, tally.Captures, tally.Refunds, tally.Applied, tally.Differences,
            tally.DifferenceCount);
    }

    /// <summary>Compares what moved at the provider with ours; returns the names of all of it.</summary>
    private async Task<HashSet<string>> ReadTheirs(
        DateTimeOffset start, DateTimeOffset end, Tally tally, CancellationToken cancel)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        string? after = null;
        do
        {
            var page = await provider.Transactions(start - Margin, end + Margin, after, cancel);
            foreach (var moved in page.Data)
                seen.Add(moved.Refund ?? moved.Reference);
            await Compare([.. page.Data.Where(moved => moved.At >= start && moved.At < end)], tally, cancel);
            after = page.NextCursor;
        }
        while (after is not null);
        return seen;
    }

    private async Task Compare(IReadOnlyList<TransactionView> theirs, Tally tally, CancellationToken cancel)
    {
        long[] ids = [.. theirs.Select(moved => PublicId.TryParse("pay", moved.Reference, out var id) ? id : -1).Distinct()];
        var ours = (await payments.FindMany(ids, cancel)).ToDictionary(payment => PublicId.Format("pay", payment.Id));
        var given = await refunds.Of(ids, cancel);
        foreach (var moved in theirs)
        {
            _ = moved.Kind == TransactionView.Capture ? tally.Captures++ : tally.Refunds++;
            if (!ours.TryGetValue(moved.Reference, out var payment))
                tally.Differs(log, new("unknown_payment", moved.Reference, moved.Refund, "nothing", Describe(moved)));
            else if (!IsKnown(payment, given[payment.Id], moved))
                await Apply(moved, tally, cancel);
        }
    }

    // Nearly all are: this spares them a transaction each.
    private static bool IsKnown(Payment payment, IEnumerable<Refund> refunds, TransactionView moved)
    {
        var isSame = payment.IsCaptured && payment.Charge == moved.Charge && payment.Amount.Currency == moved.Currency
            && PublicId.Format("ord", payment.Order) == moved.Order;
        return isSame && (moved.Refund is null
            ? payment.Amount.Minor == moved.Amount
            : refunds.Any(one => one.ProviderRefund == moved.Refund && one.AmountMinor == moved.Amount
                && one.DoneAt is not null));
    }

    private async Task Apply(TransactionView moved, Tally tally, CancellationToken cancel)
    {
        var said = new WebhookEvent
        {
            Type = moved.Refund is null ? WebhookEvent.Captured : WebhookEvent.Refunded,
            Timestamp = moved.At,
            Data = new(
                moved.Charge, moved.Reference, moved.Order, moved.Amount, moved.Currency, moved.Refund,
                moved.RefundReference),
        };
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var (outcome, payment) = await ProviderNews.Take(transaction, said, cancel);
        switch (outcome)
        {
            case NewsOutcome.Taken:
                await transaction.Audit(
                    "payment.reconcile", moved.Reference, null,
                    new() { [moved.Kind] = moved.Amount, ["currency"] = moved.Currency }, cancel);
                await transaction.CommitAsync(cancel);
                counts.Entered(said.Type);
                log.WebhookWasMissing(moved.Kind, moved.Reference);
                tally.Applied.Add(new(moved.Kind, moved.Reference, moved.Refund, new(moved.Amount, moved.Currency)));
                break;
            case NewsOutcome.NoNews:
                break;    // its webhook came meanwhile
            default:
                tally.Differs(log, new(
                    moved.Kind == TransactionView.Capture ? "capture_differs" : "refund_differs", moved.Reference,
                    moved.Refund, payment is null ? "nothing" : Describe(payment), Describe(moved)));
                break;
        }
    }

    private async Task FindOurCaptures(
        DateTimeOffset start, DateTimeOffset end, HashSet<string> theirs, Tally tally, CancellationToken cancel)
    {
        for (var after = (At: DateTimeOffset.MinValue, Id: 0L); ;)
        {
            var page = await payments.Captured(start, end, after, PageSize, cancel);
            foreach (var payment in page.Where(payment => !theirs.Contains(PublicId.Format("pay", payment.Id))))
                tally.Differs(log, new(
                    "capture_not_at_provider", PublicId.Format("pay", payment.Id), null, Describe(payment), "nothing"));
            if (page.Count < PageSize)
                return;
            after = (page[^1].CapturedAt!.Value, page[^1].Id);
        }
    }

    private async Task FindOurRefunds(
        DateTimeOffset start, DateTimeOffset end, HashSet<string> theirs, Tally tally, CancellationToken cancel)
    {
        for (var after = (At: DateTimeOffset.MinValue, Payment: 0L, Name: ""); ;)
        {
            var page = await refunds.Done(start, end, after, PageSize, cancel);
            foreach (var (payment, refund) in page)
                if (refund.ProviderRefund is null || !theirs.Contains(refund.ProviderRefund))
                    tally.Differs(log, new(
                        "refund_not_at_provider", PublicId.Format("pay", payment), refund.Name,
                        $"{refund.AmountMinor} refunded", "nothing"));
            if (page.Count < PageSize)
                return;
            after = (page[^1].Refund.DoneAt!.Value, page[^1].Payment, page[^1].Refund.Name);
        }
    }

    private static string Describe(TransactionView moved) =>
        $"{moved.Kind} {moved.Amount} {moved.Currency} of {moved.Order} ({moved.Charge})";

    private static string Describe(Payment payment) =>
        $"{PaymentSteps.NameOf(payment.State)} {payment.Amount.Minor} {payment.Amount.Currency} of "
        + $"{PublicId.Format("ord", payment.Order)} ({payment.Charge}), {payment.RefundedMinor} refunded";

    private sealed class Tally
    {
        public long Captures { get; set; }
        public long Refunds { get; set; }
        public List<MissedNews> Applied { get; } = [];
        public List<Difference> Differences { get; } = [];
        public long DifferenceCount { get; private set; }

        public void Differs(ILogger log, Difference difference)
        {
            DifferenceCount++;
            if (Differences.Count >= ListedMax)
                return;
            Differences.Add(difference);
            log.BooksDiffer(difference.Kind, difference.Payment, difference.Ours, difference.Theirs);
        }
    }
}
