using System.Buffers.Text;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Orders.Projections;

/// <summary>What was sold, by product, by day, by customer; a moment behind the orders.</summary>
internal static class ReadReports
{
    private const int LimitDefault = 40;
    private const int LimitMax = 100;

    internal sealed record Product(
        string Sku, string Title, long OrderedUnits, long PaidUnits, MoneyView Paid, long CancelledUnits,
        long RefundedUnits);

    internal sealed record Day(
        DateOnly Date, long Placed, MoneyView PlacedTotal, long Paid, MoneyView PaidTotal, long Cancelled,
        long Refunded, MoneyView RefundedTotal);

    internal sealed record Customer(
        string PersonId, long Orders, MoneyView Spent, MoneyView Refunded, DateTime LastSeen);

    internal sealed record Products(IReadOnlyList<Product> Data, PageInfo Page);

    internal sealed record Days(IReadOnlyList<Day> Data, PageInfo Page);

    internal sealed record Customers(IReadOnlyList<Customer> Data, PageInfo Page);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var reports = routes.MapGroup("/api/admin/v1/order-reports").ForAdmin().WithTags("Orders (administration)");
        reports.MapGet("products", OfProducts).WithName("ReportProducts")
            .WithSummary("What was sold of each product, by SKU and currency.").Refuses(WebProblems.InvalidCursor);
        reports.MapGet("days", OfDays).WithName("ReportDays")
            .WithSummary("What was sold on each day (UTC), newest first.").Refuses(WebProblems.InvalidCursor);
        reports.MapGet("customers", OfCustomers).WithName("ReportCustomers")
            .WithSummary("What each customer paid, in the order in which they joined.")
            .Refuses(WebProblems.InvalidCursor);
    }

    private static async Task<Results<Ok<Products>, Problem>> OfProducts(
        ProjectionStore store, CancellationToken cancel, [Range(1, LimitMax)] int limit = LimitDefault,
        string? after = null)
    {
        if (Read(after, "\n") is not [var sku, var currency])
            return WebProblems.InvalidCursor;
        var (shown, page) = PageInfo.Cut(
            await store.Products(sku, currency, limit + 1, cancel), limit,
            row => Cursor($"{row.Sku}\n{row.Currency}"));
        return TypedResults.Ok(new Products(
            [.. shown.Select(row => new Product(
                row.Sku, row.Title, row.OrderedUnits, row.PaidUnits, new(row.PaidMinor, row.Currency),
                row.CancelledUnits, row.RefundedUnits))],
            page));
    }

    private static async Task<Results<Ok<Days>, Problem>> OfDays(
        ProjectionStore store, CancellationToken cancel, [Range(1, LimitMax)] int limit = LimitDefault,
        string? after = null)
    {
        if (Read(after, "9999-12-31\n") is not [var text, var currency]
            || !DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return WebProblems.InvalidCursor;
        var (shown, page) = PageInfo.Cut(
            await store.Days(day, currency, limit + 1, cancel), limit,
            row => Cursor(string.Create(CultureInfo.InvariantCulture, $"{row.Day:yyyy-MM-dd}\n{row.Currency}")));
        return TypedResults.Ok(new Days(
            [.. shown.Select(row => new Day(
                row.Day, row.Placed, new(row.PlacedMinor, row.Currency), row.Paid, new(row.PaidMinor, row.Currency),
                row.Cancelled, row.Refunded, new(row.RefundedMinor, row.Currency)))],
            page));
    }

    private static async Task<Results<Ok<Customers>, Problem>> OfCustomers(
        ProjectionStore store, CancellationToken cancel, [Range(1, LimitMax)] int limit = LimitDefault,
        string? after = null)
    {
        if (Read(after, "-1\n") is not [var text, var currency]
            || !long.TryParse(text, CultureInfo.InvariantCulture, out var person))
            return WebProblems.InvalidCursor;
        var (shown, page) = PageInfo.Cut(
            await store.Customers(person, currency, limit + 1, cancel), limit,
            row => Cursor(string.Create(CultureInfo.InvariantCulture, $"{row.Person}\n{row.Currency}")));
        return TypedResults.Ok(new Customers(
            [.. shown.Select(row => new Customer(
                PublicId.Format("usr", row.Person), row.Orders, new(row.SpentMinor, row.Currency),
                new(row.RefundedMinor, row.Currency), row.LastSeen.UtcDateTime))],
            page));
    }

    private static string[]? Read(string? cursor, string start)
    {
        try
        {
            var text = cursor is null ? start : Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
            return text.Contains('\0', StringComparison.Ordinal) ? null : text.Split('\n');
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string Cursor(string key) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key));
}
