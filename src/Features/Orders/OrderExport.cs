using System.Globalization;
using Doorbuster.Orders.Sharding;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;

namespace Doorbuster.Orders;

/// <summary>All orders as CSV, a row per line, oldest first in each shard.</summary>
internal sealed class OrderExport(OrderShards shards)
{
    private const int AtOnce = 1_000;

    private static readonly string[] Header =
    [
        "order", "placed_at", "state", "kind", "person", "sku", "title", "quantity", "unit_price", "currency",
        "order_total", "order_refunded", "payment", "email", "ship_name", "ship_line1", "ship_line2", "ship_city",
        "ship_region", "ship_postal_code", "ship_country", "carrier", "tracking_number",
    ];

    /// <summary>How many orders were written.</summary>
    public async Task<long> To(Stream output, CancellationToken cancel)
    {
        await using var csv = CsvExport.Writer(output);
        await csv.WriteRow(Header, cancel);
        var count = 0L;
        foreach (var db in shards.Databases.Values)
        {
            await using var connection = await db.OpenConnectionAsync(cancel);
            await using var transaction = await connection.BeginTransactionAsync(
                System.Data.IsolationLevel.RepeatableRead, cancel);
            var after = long.MinValue;
            while (await OrderStore.ListFrom(transaction, after, AtOnce, cancel) is [.., var last] orders)
            {
                foreach (var order in orders)
                    foreach (var line in order.Lines)
                        await csv.WriteRow(Row(order, line), cancel);
                (count, after) = (count + orders.Count, last.Id);
            }
        }
        return count;
    }

    private static string?[] Row(Order order, OrderLine line) =>
    [
        PublicId.Format("ord", order.Id), order.PlacedAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        OrderSteps.NameOf(order.State), order.Kind, PublicId.Format("usr", order.Person), line.Sku, line.Title,
        Number(line.Quantity), Number(line.PriceMinor), order.Total.Currency, Number(order.Total.Minor),
        Number(order.RefundedMinor), order.Payment is { } payment ? PublicId.Format("pay", payment) : "",
        CsvExport.Text(order.Email), CsvExport.Text(order.ShipTo?.Name), CsvExport.Text(order.ShipTo?.Line1),
        CsvExport.Text(order.ShipTo?.Line2), CsvExport.Text(order.ShipTo?.City), CsvExport.Text(order.ShipTo?.Region),
        CsvExport.Text(order.ShipTo?.PostalCode), order.ShipTo?.Country, CsvExport.Text(order.Shipment?.Carrier),
        CsvExport.Text(order.Shipment?.TrackingNumber),
    ];

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}

internal sealed record OrderExportReport(long Orders, string File);
