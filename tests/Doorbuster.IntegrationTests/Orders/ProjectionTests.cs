using Doorbuster.Contracts.Payments;
using Doorbuster.Contracts.People;
using Doorbuster.Orders.Projections;
using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.IntegrationTests.Orders;

/// <summary>What is counted of orders, what leaves of them, and what is forgotten; with three databases.</summary>
public sealed class ProjectionTests(ShardedShop sharded) : IClassFixture<ShardedShop>
{
    private static readonly CancellationToken Cancel = CancellationToken.None;
    private static int _keys;

    private OrderShop Shop => sharded.Shop;

    [Fact]
    public async Task What_was_sold_is_counted_by_product_day_and_customer()
    {
        var (me, admin) = (Shop.NewShopper(), await Shop.NewAdmin());
        var (sku, _) = await Shop.NewStock(100);
        var orders = new List<string>();
        for (var i = 0; i < 4; i++)
            orders.Add(await Place(me, sku, 2));
        Assert.Equal(200, (await me.PostUntilAnswered($"/api/v1/orders/{orders[0]}/cancellation")).Status);
        var payment = await Pay(me, orders[1], 2);
        await Pay(me, orders[2], 2);
        await Eventually.IsTrue(
            async () => await me.StateOf(orders[1]) == "paid" && await me.StateOf(orders[2]) == "paid", "two are paid");
        await Refunded(payment, orders[1], me, 300);

        await Eventually.IsTrue(async () => await CustomerOf(me) == (2, 4 * OrderShop.PriceMinor, 300), "all is counted");
        var product = (await Shop.Sql.Query(
            """
            select sum(ordered_units)::bigint, sum(paid_units)::bigint, sum(paid_minor)::bigint,
                   sum(cancelled_units)::bigint
            from orders.by_product where sku = $1
            """,
            row => (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)), Cancel,
            new Npgsql.NpgsqlParameter { Value = sku })).Single();
        Assert.Equal((8, 4, 4 * OrderShop.PriceMinor, 2), product);

        Assert.Contains(sku, await Pages(admin, "products"), StringComparison.Ordinal);
        Assert.Contains(PublicId.Format("usr", me.Person), await Pages(admin, "customers"), StringComparison.Ordinal);
        Assert.Contains("\"placedTotal\"", await Pages(admin, "days"), StringComparison.Ordinal);
        foreach (var report in new[] { "products", "days", "customers" })
        {
            Assert.Equal(403, (await me.Get($"/api/admin/v1/order-reports/{report}")).Status);
            foreach (var nonsense in new[] { "limit=0", "limit=101", "after=%00", "after=x", "after=AA", "after=eAoA" })
                Assert.Equal(400, (await admin.Get($"/api/admin/v1/order-reports/{report}?{nonsense}")).Status);
        }
    }

    [Fact]
    public async Task What_was_paid_for_together_is_named_the_most_often_first()
    {
        var me = Shop.NewShopper();
        var skus = new List<string>();
        for (var i = 0; i < 3; i++)
            skus.Add((await Shop.NewStock(100)).Sku);
        await Pay(me, await Place(me, 1, skus[0], skus[1]), 2);
        await Pay(me, await Place(me, 1, skus[0], skus[1], skus[2]), 3);
        await Place(me, 1, skus[0], skus[2]);    // nobody paid for this one

        async Task<IEnumerable<string?>> With(string query) =>
            (await me.Get("/api/v1/also-bought?" + query)).Json.GetProperty("data").EnumerateArray()
                .Select(item => item.GetProperty("sku").GetString());
        await Eventually.IsTrue(async () => (await Shop.Sql.Query(
            "select sum(orders)::int from orders.bought_together where sku = $1 group by other order by 1",
            row => row.GetInt32(0), Cancel, new Npgsql.NpgsqlParameter { Value = skus[0] })) is [1, 2], "both are counted");
        Assert.Equal([skus[1], skus[2]], await With($"sku={skus[0]}"));
        Assert.Equal([skus[1]], await With($"sku={skus[0]}&limit=1"));
        Assert.Equal([skus[1]], await With($"sku={skus[0]}&sku={skus[2]}"));    // variants of one product are not each other's company
        Assert.Empty(await With("sku=NOBODY-HAS-IT"));

        // Asked again within the minute, the database is not.
        await Shop.Sql.Execute("delete from orders.bought_together where sku = $1", Cancel, new Npgsql.NpgsqlParameter { Value = skus[0] });
        Assert.Equal([skus[1], skus[2]], await With($"sku={skus[0]}&limit=3"));
        foreach (var nonsense in new[] { "", "sku=", "sku=%00", "sku=a&limit=0", "sku=a&limit=41", $"sku={new string('a', 65)}" })
            Assert.Equal(400, (await me.Get("/api/v1/also-bought?" + nonsense)).Status);
    }

    [Fact]
    public async Task Counted_anew_while_orders_flow_they_are_as_counted_one_by_one()
    {
        var sale = await Shop.NewSale(total: 10_000);
        var (sku, _) = await Shop.NewStock(10_000);
        var (company, _) = await Shop.NewStock(10_000);
        using var stop = new CancellationTokenSource();
        var flow = Enumerable.Range(0, 4).Select(_ => Shop.NewShopper()).Select(buyer => Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var order = await Place(buyer, 1, sku, company);
                await Shop.Claims.Claim(
                    new(sale, buyer.Person, 1, $"{buyer.Person}-{i}", TimeSpan.FromSeconds(10)), Cancel);
                if (i % 3 == 0)
                    await buyer.PostUntilAnswered($"/api/v1/orders/{order}/cancellation");
                if (i % 3 == 1)
                    await Refunded(await Pay(buyer, order, 2), order, buyer, 100);
            }
        })).ToList();

        var rebuild = Shop.Services.GetRequiredService<RebuildProjections>();
        for (var i = 0; i < 5; i++)
            await rebuild.Run(Cancel);
        await stop.CancelAsync();
        await Task.WhenAll(flow);
        await Eventually.IsTrue(
            async () => await Shop.SumOverShards("select count(*) from messaging.outbox") == 0, "all is counted");

        var counted = await Everything();
        Assert.Equal(0, (await rebuild.Run(Cancel)).MessagesOnTheirWay);
        Assert.Equal(counted, await Everything());
        Assert.NotEmpty(counted);
    }

    [Fact]
    public async Task A_persons_orders_are_in_their_overview_and_export_and_leave_in_csv_and_forget_where_they_live()
    {
        var me = Shop.NewShopper();
        var (sku, _) = await Shop.NewStock(100);
        var order = await Place(me, sku, 1);
        foreach (var db in Shop.SqlOfShards.Values)
            await db.Execute(
                """
                update orders.orders set email = '=me@example.test', address_key = 'k', ship_to = jsonb_build_object(
                  'name', 'Ada', 'line1', '1 High Street', 'city', 'London', 'postalCode', 'N1', 'country', 'GB')
                where person = $1
                """, Cancel, new Npgsql.NpgsqlParameter { Value = me.Person });

        var part = Shop.Services.GetServices<IOverviewPart>().Single(one => one.Name == "orders");
        Assert.Contains(order, Text(await part.Load(me.Person, new Dictionary<string, ReadOnlyMemory<byte>>(), Cancel)),
            StringComparison.Ordinal);
        var data = Shop.Services.GetServices<IPersonalData>().Single(one => one.Name == "orders");
        Assert.Contains("1 High Street", Text(await data.Export(me.Person, Cancel)), StringComparison.Ordinal);
        using var csv = new MemoryStream();
        await Shop.Services.GetRequiredService<Doorbuster.Orders.OrderExport>().To(csv, Cancel);
        var row = Text(csv.ToArray()).Split('\n').Single(line => line.Contains(order, StringComparison.Ordinal));
        Assert.Contains("'=me@example.test,Ada,1 High Street", row, StringComparison.Ordinal);

        await Shop.Say(new PersonErased { Person = me.Person, At = DateTimeOffset.UnixEpoch });
        await Eventually.IsTrue(
            async () => !Text(await data.Export(me.Person, Cancel)).Contains("High Street", StringComparison.Ordinal),
            "the address is forgotten");
        Assert.Equal(0, await Shop.SumOverShards(
            "select count(*) from orders.orders where person = $1 and (email is not null or address_key is not null)",
            new Npgsql.NpgsqlParameter { Value = me.Person }));
        Assert.Equal("placed", await me.StateOf(order));
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => System.Text.Encoding.UTF8.GetString(bytes.Span);

    private async Task<(long, long, long)> CustomerOf(Shopper person) => (await Shop.Sql.Query(
        "select orders, spent_minor, refunded_minor from orders.customers where person = $1",
        row => (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)), Cancel,
        new Npgsql.NpgsqlParameter { Value = person.Person })).SingleOrDefault();

    // Without the slots, which say only who added first.
    private Task<List<string>> Everything() => Shop.Sql.Query(
        """
        select row_to_json(p)::text from (
          select sku, currency, sum(ordered_units), sum(paid_units), sum(paid_minor), sum(cancelled_units),
                 sum(refunded_units)
          from orders.by_product group by 1, 2 order by 1, 2) p
        union all
        select row_to_json(d)::text from (
          select day, currency, sum(placed), sum(placed_minor), sum(paid), sum(paid_minor), sum(cancelled),
                 sum(refunded), sum(refunded_minor)
          from orders.by_day group by 1, 2 order by 1, 2) d
        union all
        select row_to_json(c)::text from (select * from orders.customers order by person) c
        union all
        select row_to_json(b)::text from (
          select sku, other, sum(orders) as orders from orders.bought_together group by 1, 2 having sum(orders) <> 0 order by 1, 2) b
        """, row => row.GetString(0), Cancel);

    private static async Task<string> Pages(Shopper admin, string report)
    {
        var (all, after) = ("", "");
        while (true)
        {
            var page = await admin.Get($"/api/admin/v1/order-reports/{report}?limit=2{after}");
            Assert.Equal(200, page.Status);
            all += page.Body;
            var links = page.Json.GetProperty("page");
            if (!links.GetProperty("hasMore").GetBoolean())
                return all;
            after = $"&after={links.GetProperty("nextCursor").GetString()}";
        }
    }

    private static Task<string> Place(Shopper buyer, string sku, int quantity) => Place(buyer, quantity, sku);

    private static async Task<string> Place(Shopper buyer, int quantity, params string[] skus)
    {
        var lines = string.Join(',', skus.Select(sku => $$"""{"sku":"{{sku}}","quantity":{{quantity}}}"""));
        var placed = await buyer.PostUntilAnswered(
            "/api/v1/orders", $$"""{"lines":[{{lines}}]}""",
            $"projection-{Interlocked.Increment(ref _keys)}");
        Assert.Equal(201, placed.Status);
        return placed.Id;
    }

    private async Task<long> Pay(Shopper buyer, string order, int quantity)
    {
        var payment = Shop.Services.GetRequiredService<Ids>().NextFor(buyer.Person);
        await Shop.Say(new PaymentCaptured
        {
            Payment = payment,
            Order = Number(order),
            Person = buyer.Person,
            AmountMinor = quantity * OrderShop.PriceMinor,
            Currency = "GBP",
            CapturedAt = TimeProvider.System.GetUtcNow(),
        });
        return payment;
    }

    private async Task Refunded(long payment, string order, Shopper buyer, long amount)
    {
        await Eventually.IsTrue(async () => await buyer.StateOf(order) == "paid", "it is paid");
        await Shop.Say(new PaymentRefunded
        {
            Refund = "by-provider",
            Payment = payment,
            Order = Number(order),
            Person = buyer.Person,
            AmountMinor = amount,
            Currency = "GBP",
            RefundedAt = TimeProvider.System.GetUtcNow(),
        });
    }

    private static long Number(string order) =>
        PublicId.TryParse("ord", order, out var number) ? number : throw new ArgumentException(order);
}
