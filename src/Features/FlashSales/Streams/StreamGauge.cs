using System.Diagnostics.Metrics;

namespace Doorbuster.FlashSales;

/// <summary><c>doorbuster_sale_followers{of}</c>: who follows sales and tickets in this process.</summary>
internal sealed class StreamGauge : IDisposable
{
    private readonly Meter _meter;

    public StreamGauge(IMeterFactory meters, SaleBoard sales, TicketBoard tickets)
    {
        _meter = meters.Create(ClaimCounts.MeterName);
        _meter.CreateObservableGauge(
            "doorbuster.sale.followers",
            () => new Measurement<int>[] { new(sales.Watchers, new KeyValuePair<string, object?>("of", "sale")), new(tickets.Watchers, new KeyValuePair<string, object?>("of", "ticket")) },
            "{follower}", "Streams, sockets and long polls that wait for news.");
    }

    public void Dispose() => _meter.Dispose();
}
