using System.Text;
using Doorbuster.LoadTest.Http;
using Doorbuster.LoadTest.Replays;
using Doorbuster.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Doorbuster.Tests.LoadTest;

public sealed class ReplayTests
{
    private const string File = """
        InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
        1,10001,"A MUG, BLUE",6,12-01-2010 08:26,2.55,17850,United Kingdom
        1,10001,A MUG,4,12-01-2010 08:26,2.50,17850,United Kingdom
        1,10002a,A PLATE,1,12-01-2010 08:26,1,17850,United Kingdom
        1,POST,POSTAGE,1,12-01-2010 08:26,18,17850,United Kingdom
        2,10001,A MUG,2500,12-01-2010 08:26,2.00,,United Kingdom
        3,10003,,-5,12-01-2010 08:30,0,,United Kingdom
        4,10003,A BOWL,5,12-01-2010 08:31,0,,United Kingdom
        5,99999,SOLD OUT,1,12-01-2010 08:31,3.25,12345,France
        C6,10001,A MUG,-10,12-01-2010 08:40,2.53,17850,United Kingdom
        C7,10001,A MUG,-10,12-01-2010 08:41,2.53,17850,United Kingdom
        C7,10002A,A PLATE,-1,12-01-2010 08:41,1,17850,United Kingdom
        C8,10009,A TRAY,-1,12-01-2010 08:42,1,14527,United Kingdom
        nonsense,10001,A MUG,some,12-01-2010 08:42,1,14527,United Kingdom
        """;

    [Fact]
    public void Invoices_are_read_and_what_is_no_purchase_is_left_out_with_its_reason()
    {
        var invoices = Invoices.Read(new StringReader(File));
        Assert.Equal(13, invoices.LineCount);
        Assert.Equal(["1", "2", "5", "C6", "C7", "C8"], invoices.All.Select(i => i.Number));
        Assert.Equal([("10001", 10, 2530L), ("10002A", 1, 100L)], invoices.All[0].Lines.Select(l => (l.Sku, l.Quantity, l.ValueMinor)));
        Assert.Equal(
            ["adjustment 1", "malformed 1", "no_price 1", "not_goods 1"], invoices.Skipped.Select(s => $"{s.Key} {s.Value}"));
    }

    [Fact]
    public void Orders_come_at_the_pace_of_the_file_within_the_limits_of_an_order()
    {
        var plan = Plan.Of(Invoices.Read(new StringReader(File)).All);
        Assert.Equal(
            ["1 at 0", "2 at 30", "2 at 30", "2 at 30", "5 at 300"], plan.Orders.Select(o => $"{o.Invoice} at {o.At.TotalSeconds}"));
        Assert.Equal([1_000, 1_000, 500], plan.Orders.Where(o => o.Invoice == "2").Select(o => o.Lines.Single().Quantity));
        Assert.Equal(500_000, plan.Orders.Where(o => o.Invoice == "2").Sum(o => o.ValueMinor));
        Assert.Equal(3, plan.PeopleCount);
    }

    [Fact]
    public void A_cancellation_takes_back_the_order_it_equals_and_others_are_skipped_with_a_reason()
    {
        var plan = Plan.Of(Invoices.Read(new StringReader(File)).All);
        var cancellation = Assert.Single(plan.Cancellations);
        Assert.Equal(("C7", 0), (cancellation.Invoice, Assert.Single(cancellation.Orders)));
        Assert.Equal(
            ["cancels_nothing_in_the_file 1", "cancels_part_of_an_order 1"], plan.SkippedCancellations.Select(s => $"{s.Key} {s.Value}"));
    }

    [Fact]
    public void An_invoice_of_many_codes_becomes_several_orders()
    {
        var lines = Enumerable.Range(10_000, 120).Select(i => new InvoiceLine($"{i}", 1, 100)).ToList();
        var plan = Plan.Of([new Invoice("1", new DateTime(2010, 12, 1), "7", IsCancellation: false, lines)]);
        Assert.Equal([50, 50, 20], plan.Orders.Select(o => o.Lines.Count));
        Assert.Equal(lines.Select(l => l.Sku), plan.Orders.SelectMany(o => o.Lines).Select(l => l.Sku));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task The_revenue_of_accepted_orders_is_compared_and_a_wrong_total_is_found(bool miscounts)
    {
        await using var shop = Shop(miscounts);
        await shop.StartAsync();
        var invoices = Invoices.Read(new StringReader(File));
        var tokens = new Tokens(Encoding.ASCII.GetBytes("a\nb\nc\n"));
        var options = new ReplayOptions { File = "file.csv", Speed = 10_000, Quiet = TimeSpan.FromSeconds(1) };
        var server = await ShopAddress.Resolve(new Uri(shop.Urls.Single()), CancellationToken.None);
        var report = await new ReplayRun(
            invoices, Plan.Of(invoices.All), options, server, tokens, ledger: null, [], TextWriter.Null, false, TimeProvider.System)
            .Run(CancellationToken.None, CancellationToken.None);

        Assert.Equal((5, 4, 1), (report.Outcome["orders"], report.Outcome["accepted"], report.Outcome["rejected"]));
        Assert.Equal((1, 1, 2), (report.Outcome["rejected: unknown_sku"], report.Outcome["cancelled"], report.Outcome["cancellations_skipped"]));
        Assert.Equal((0, miscounts ? 4 : 0), (report.Correctness["lost"], report.Correctness["wrong"]));
        Assert.Equal(502_630, report.Correctness["revenue_of_the_file_minor"]);
        Assert.Equal(200L * 2_511 + (miscounts ? 4 : 0), report.Correctness["revenue_of_the_shop_minor"]);
        Assert.Equal(325, report.Correctness["file_value_not_sold_minor"]);
    }

    private sealed record Line(string Sku, int Quantity);

    private sealed record Order(Line[] Lines);

    /// <summary>Sells everything but 99999, for 2.00.</summary>
    private static WebApplication Shop(bool miscounts)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var orders = new System.Collections.Concurrent.ConcurrentDictionary<string, (Order Order, string State)>();
        var last = 0L;
        app.MapPost("/api/v1/orders", (Order order) =>
        {
            if (order.Lines.Any(l => l.Sku == "99999"))
                return Results.Json(new { code = "unknown_sku" }, statusCode: 400);
            var id = PublicId.Format("ord", Interlocked.Increment(ref last));
            orders[id] = (order, "placed");
            return Results.Json(View(id), statusCode: 201);
        });
        app.MapGet("/api/v1/orders/{id}", (string id) => Results.Json(View(id)));
        app.MapPost("/api/v1/orders/{id}/cancellation", (string id) =>
        {
            orders[id] = orders[id] with { State = "cancelled" };
            return Results.Json(View(id));
        });
        return app;

        object View(string id) => new
        {
            id,
            state = orders[id].State,
            lines = orders[id].Order.Lines.Select(l => new { l.Sku, l.Quantity, unitPrice = new { amount = 200, currency = "GBP" } }),
            total = new { amount = orders[id].Order.Lines.Sum(l => l.Quantity * 200) + (miscounts ? 1 : 0), currency = "GBP" },
        };
    }
}
