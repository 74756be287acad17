using System.Globalization;
using CsvHelper;
using Doorbuster.Orders.Sharding;
using Doorbuster.Platform;

namespace Doorbuster.Orders;

/// <summary>All orders as CSV, a row per line, oldest first in each shard.</summary>
internal sealed class OrderExport(OrderShards shards)
{
    private const int AtOnce = 1_000;
    private static readonly CsvWriterOptions Options = new() { NewLine = "\n" };

    private static readonly string[] Header =
    [
        "order", "placed_at", "state", "kind", "person", "sku", "title", "quantity", "unit_price", "currency",
        "order_total", "order_refunded", "payment", "email", "ship_name", "ship_line1", "ship_line2", "ship_city",
        "ship_region", "ship_postal_code", "ship_country", "carrier", "tracking_number",
    ];

    /// <summary>How many orders were written.</summary>
    public async Task<long> To(Stream output, CancellationToken cancel)
    {
        await using var csv = CsvWriter.Create(output, Options, leaveOpen: true);
        await Write(csv, Header, cancel);
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
                        await Write(csv, Row(order, line), cancel);
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
        Typed(order.Email), Typed(order.ShipTo?.Name), Typed(order.ShipTo?.Line1), Typed(order.ShipTo?.Line2),
        Typed(order.ShipTo?.City), Typed(order.ShipTo?.Region), Typed(order.ShipTo?.PostalCode),
        order.ShipTo?.Country, Typed(order.Shipment?.Carrier), Typed(order.Shipment?.TrackingNumber),
    ];

    // What strangers typed must be no formula where an office program opens it.
    private static string? Typed(string? text) => text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? $"'{text}" : text;

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static Task Write(CsvWriter csv, string?[] fields, CancellationToken cancel)
    {
        foreach (var field in fields)
            csv.WriteField(field);
        return csv.EndRecordAsync(cancel).AsTask();
    }
}

internal sealed record OrderExportReport(long Orders, string File);
