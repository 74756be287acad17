using System.Text;
using System.Text.Json;
using Doorbuster.Carts;
using Doorbuster.Contracts.Books;
using Doorbuster.Contracts.People;
using Doorbuster.IntegrationTests.Webhooks;
using Doorbuster.Orders;
using Doorbuster.Orders.Projections;
using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Doorbuster.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Doorbuster.IntegrationTests.Orders;

public sealed class PayFirstTests(PayFirstShop fixture) : PayFirst(fixture.Shop), IClassFixture<PayFirstShop>
{
    [Fact]
    public async Task Each_order_keeps_to_the_setting_under_which_it_was_placed()
    {
        var (me, sku) = (Shop.NewShopper(), (await Shop.NewStock(9)).Sku);
        var hidden = await Place(me, sku);
        var open = "";
        await Change(payFirst: false);
        try
        {
            open = await Place(me, sku);
            Assert.Equal([open], await Mine(me));
        }
        finally
        {
            await Change(payFirst: true);
        }
        Assert.Equal([open], await Mine(me));

        // Who was told of the one is told how it ends; of the other nobody is.
        Assert.Equal(200, (await me.PostUntilAnswered($"/api/v1/orders/{open}/cancellation")).Status);
        Assert.Equal(200, (await me.PostUntilAnswered($"/api/v1/orders/{hidden}/cancellation")).Status);
        await AllIsSaid();
        await Eventually.IsTrue(() => Heard(open).Count == 2, "the merchant is told");
        Assert.Equal(["placed→cancelled", "→placed"], Heard(open).Order(StringComparer.Ordinal));
        Assert.Empty(Heard(hidden));
        Assert.Equal([open], await Mine(me));
        Assert.Equal((1, 0, 1), await CountedOf(sku));
    }

    private async Task Change(bool payFirst)
    {
        Shop.Settings["Orders:PayFirst"] = payFirst.ToString();
        await Shop.Restart();
        LetMerchantsBeHere();
    }
}

public sealed class PayFirstOnShardsTests(ShardedPayFirstShop shop) : PayFirst(shop.Shop), IClassFixture<ShardedPayFirstShop>;

/// <summary>A shop in which an order that was never paid is nobody's order, whatever databases have them.</summary>
public abstract class PayFirst(OrderShop shop) : IAsyncLifetime
{
    private static readonly CancellationToken Cancel = CancellationToken.None;
    private static int _keys;

    protected OrderShop Shop => shop;

    private Shopper _admin = null!;
    private Receiver _merchant = null!;

    public async ValueTask InitializeAsync()
    {
        await DemoShipping.Seed(shop.Services, Cancel);
        LetMerchantsBeHere();
        _admin = await shop.NewAdmin();
        _merchant = await Receiver.Start();
        var made = await _admin.Post(
            "/api/admin/v1/webhook-endpoints", $$"""{"url":"{{_merchant.Url}}","events":["*"]}""", Key());
        Assert.True(made.Status == 201, made.Body);
    }

    public async ValueTask DisposeAsync()
    {
        await AllIsSaid();
        await shop.Sql.Execute("delete from webhooks.endpoints; delete from webhooks.messages", Cancel);
        await _merchant.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_is_not_paid_is_in_no_list_is_told_to_nobody_and_gives_everything_back()
    {
        var me = shop.NewShopper();
        var (sku, pool) = await shop.NewStock(5);
        var coupon = await NewCoupon(me);
        await shop.Give(me, BookUnits.Points, 200);
        await shop.Give(me, "GBP", 100);
        Assert.Empty(await Mine(me));

        var order = await Checkout(me, sku, new
        {
            items = new[] { new { sku, quantity = 1 } },
            shipTo = Shopper.Home,
            shippingMethod = "standard",
            coupons = new[] { coupon },
            points = 200,
            wallet = true,
        });
        await AllIsSaid();

        // The payment page needs it, and so does who helps the buyer.
        Assert.Equal("placed", await me.StateOf(order));
        Assert.Equal(200, (await _admin.Get($"/api/admin/v1/orders/{order}")).Status);
        Assert.Equal((4, 0L, 0L), (await shop.UnitsFree(pool), await Points(me), await Wallet(me)));
        await IsNobodys(me, order, sku);

        await EndHold(order);
        await Eventually.IsTrue(async () => await me.StateOf(order) == "cancelled", "its hold ran out");
        await Eventually.IsTrue(
            async () => (await me.Get($"/api/v1/me/coupons/{coupon}")).Json.GetProperty("state").GetString() == "usable",
            "the coupon is back");
        await Eventually.IsTrue(async () => await shop.UnitsFree(pool) == 5, "the units are back");
        await AllIsSaid();
        Assert.Equal((200, 100), (await Points(me), await Wallet(me)));
        Assert.Equal(200, (await _admin.Get($"/api/admin/v1/orders/{order}")).Status);
        await IsNobodys(me, order, sku);

        // It is kept of the person all the same, so it is theirs to read.
        Assert.Contains(order, await Exported(me), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_paid_is_listed_at_once_and_told_once_as_a_new_order()
    {
        var me = shop.NewShopper();
        var (sku, _) = await shop.NewStock(5);
        var coupon = await NewCoupon(me);
        Assert.Empty(await Mine(me));
        var order = await Checkout(me, sku, new
        {
            items = new[] { new { sku, quantity = 1 } },
            shipTo = Shopper.Home,
            shippingMethod = "standard",
            coupons = new[] { coupon },
        });
        Assert.Empty(await Mine(me));

        await me.Pay(order, Key());

        Assert.Equal([order], await Mine(me));
        await Eventually.IsTrue(async () => (await Overview(me)).Contains(order, StringComparison.Ordinal), "it is in the overview");
        await AllIsSaid();
        await IsToldOnceAsNew(me, order);
        Assert.Contains(order, (await _admin.Get("/api/admin/v1/orders")).Body, StringComparison.Ordinal);
        Assert.Contains(order, await Csv(), StringComparison.Ordinal);
        Assert.Equal((1, 1, 0), await CountedOf(sku));
        Assert.Equal("used", (await me.Get($"/api/v1/me/coupons/{coupon}")).Json.GetProperty("state").GetString());

        // From then on it is an order as any other.
        Assert.Equal(200, (await me.PostUntilAnswered($"/api/v1/orders/{order}/cancellation")).Status);
        await Eventually.IsTrue(async () => await me.StateOf(order) == "refunded", "its money is back");
        await AllIsSaid();
        await Eventually.IsTrue(() => Heard(order).Contains("paid→refunding") && Heard(order).Contains("refunding→refunded"),
            "the merchant is told");
        Assert.Equal([order], await Mine(me));
        Assert.Equal(3, Heard(order).Count);
    }

    [Fact]
    public async Task Of_a_sales_orders_only_the_paid_ones_are_orders_and_counted_anew_it_is_the_same()
    {
        var sale = await shop.NewSale();
        var buyers = Enumerable.Range(0, 9).Select(_ => shop.NewShopper()).ToList();
        var orders = await Task.WhenAll(buyers.Select(buyer => shop.Claim(buyer, sale)));
        await Eventually.IsTrue(async () => await shop.SumOverShards(
            "select count(*) from orders.orders where kind = 'sale' and state = 0 and person = any($1)",
            new NpgsqlParameter { Value = buyers.Select(buyer => buyer.Person).ToArray() }) == 9, "all are written");
        await AllIsSaid();
        for (var i = 0; i < 9; i++)
            await IsNobodys(buyers[i], orders[i], sku: null);

        // Three pay at once, three give back, three let it be.
        await Task.WhenAll(Enumerable.Range(0, 3).Select(i => buyers[i].Pay(orders[i], Key())));
        for (var i = 3; i < 6; i++)
            Assert.Equal(200, (await buyers[i].PostUntilAnswered($"/api/v1/orders/{orders[i]}/cancellation")).Status);
        for (var i = 6; i < 9; i++)
            await EndHold(orders[i]);
        await Eventually.IsTrue(async () => await shop.UnitsFree(sale) == 997, "six units are back");
        for (var i = 6; i < 9; i++)
            await Eventually.IsTrue(async () => await buyers[i].StateOf(orders[i]) == "cancelled", "its hold ran out");
        await AllIsSaid();

        for (var i = 0; i < 9; i++)
        {
            if (i >= 3)
            {
                await IsNobodys(buyers[i], orders[i], sku: null);
                continue;
            }
            Assert.Equal([orders[i]], await Mine(buyers[i]));
            await IsToldOnceAsNew(buyers[i], orders[i]);
        }

        var counted = await Counted();
        await shop.Services.GetRequiredService<RebuildProjections>().Run(Cancel);
        Assert.Equal(counted, await Counted());
        Assert.NotEmpty(counted);
    }

    [Fact]
    public async Task What_costs_nothing_is_an_order_at_once()
    {
        var me = shop.NewShopper();
        var (sku, _) = await shop.NewStock(5);
        await shop.Give(me, "GBP", 10_000);

        var order = await Checkout(me, sku, new
        {
            items = new[] { new { sku, quantity = 1 } },
            shipTo = Shopper.Home,
            shippingMethod = "standard",
            wallet = true,
        });

        Assert.Equal([order], await Mine(me));
        Assert.Equal("paid", await me.StateOf(order));
        await AllIsSaid();
        await IsToldOnceAsNew(me, order);
        Assert.Equal((1, 1, 0), await CountedOf(sku));
    }

    private async Task IsNobodys(Shopper me, string order, string? sku)
    {
        Assert.DoesNotContain(order, await Mine(me));
        Assert.DoesNotContain(order, (await me.Get("/api/v1/orders?limit=7")).Body, StringComparison.Ordinal);
        Assert.DoesNotContain(order, await Overview(me), StringComparison.Ordinal);
        Assert.DoesNotContain(order, (await _admin.Get("/api/admin/v1/orders")).Body, StringComparison.Ordinal);
        Assert.DoesNotContain(order, await Csv(), StringComparison.Ordinal);
        Assert.Empty(await Notices(me));
        Assert.Equal(0, await MessagesOf(order));
        Assert.Empty(Heard(order));
        Assert.Equal(0, await Number("select count(*) from orders.customers where person = $1", me.Person));
        Assert.Equal(0, await Number("select count(*) from risk.seen where person = $1", me.Person));
        if (sku is not null)
            Assert.Equal((0, 0, 0), await CountedOf(sku));
    }

    private async Task IsToldOnceAsNew(Shopper me, string order)
    {
        await Eventually.IsTrue(() => Heard(order).Count > 0, "the merchant is told");
        Assert.Equal(["→paid"], Heard(order));
        Assert.Equal(1, await MessagesOf(order));
        Assert.Equal(["order_paid"], await Notices(me));
        Assert.Equal(1, await Number("select count(*) from risk.seen where person = $1 and paid_at is not null", me.Person));
    }

    /// <summary>What the merchant was told of the order: from which state, to which.</summary>
    protected List<string> Heard(string order) =>
    [
        .. _merchant.Heard.Where(told => told.Type.StartsWith("order.", StringComparison.Ordinal))
            .Select(told => told.Json.GetProperty("data"))
            .Where(data => data.GetProperty("id").GetString() == order)
            .Select(data => $"{data.GetProperty("previousState")}→{data.GetProperty("state")}"),
    ];

    private Task<long> MessagesOf(string order) => Number(
        "select count(*) from webhooks.messages where type like 'order.%' and body::jsonb -> 'data' ->> 'id' = $1", order);

    private Task<List<string>> Notices(Shopper person) => shop.Sql.Query(
        "select kind from notices.notices where person = $1", row => row.GetString(0), Cancel,
        new NpgsqlParameter { Value = person.Person });

    protected static async Task<List<string>> Mine(Shopper me) =>
    [
        .. (await me.Get("/api/v1/orders")).Json.GetProperty("data").EnumerateArray()
            .Select(order => order.GetProperty("id").GetString()!),
    ];

    private static async Task<string> Overview(Shopper me) =>
        (await me.Get("/api/v1/me/overview")).Json.GetProperty("orders").GetRawText();

    private async Task<string> Exported(Shopper me) => Encoding.UTF8.GetString(
        (await shop.Services.GetServices<IPersonalData>().Single(one => one.Name == "orders").Export(me.Person, Cancel)).Span);

    private async Task<string> Csv()
    {
        using var csv = new MemoryStream();
        await shop.Services.GetRequiredService<OrderExport>().To(csv, Cancel);
        return Encoding.UTF8.GetString(csv.ToArray());
    }

    protected async Task<(long Ordered, long Paid, long Cancelled)> CountedOf(string sku) => (await shop.Sql.Query(
        """
        select coalesce(sum(ordered_units), 0)::bigint, coalesce(sum(paid_units), 0)::bigint,
               coalesce(sum(cancelled_units), 0)::bigint
        from orders.by_product where sku = $1
        """,
        row => (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)), Cancel, new NpgsqlParameter { Value = sku })).Single();

    // Without the slots, which say only who added first.
    private Task<List<string>> Counted() => shop.Sql.Query(
        """
        select row_to_json(p)::text from (
          select sku, sum(ordered_units), sum(paid_units), sum(paid_minor), sum(cancelled_units), sum(refunded_units)
          from orders.by_product group by 1 order by 1) p
        union all
        select row_to_json(d)::text from (
          select day, sum(placed), sum(placed_minor), sum(paid), sum(paid_minor), sum(cancelled), sum(refunded)
          from orders.by_day group by 1 order by 1) d
        union all
        select row_to_json(c)::text from (
          select person, orders, spent_minor, refunded_minor from orders.customers order by person) c
        """, row => row.GetString(0), Cancel);

    private async Task<long> Number(string sql, object value) => (await shop.Sql.Query(
        sql, row => row.GetInt64(0), Cancel, new NpgsqlParameter { Value = value })).Single();

    protected Task AllIsSaid() => Eventually.IsTrue(
        async () => await shop.SumOverShards("select count(*) from messaging.outbox") == 0
            && await shop.SumOverShards("select count(*) from webhooks.deliveries where state = 0") == 0, "all is said");

    /// <summary>Its units are held no longer, as if so much time had passed.</summary>
    private async Task EndHold(string order)
    {
        Assert.True(PublicId.TryParse("ord", order, out var claim));
        foreach (var db in shop.SqlOfShards.Values)
            await db.Execute(
                "update claims.claims set deadline = now() where id = $1 and state = 0", Cancel,
                new NpgsqlParameter { Value = claim });
    }

    private async Task<string> NewCoupon(Shopper person)
    {
        var made = await _admin.Post(
            "/api/admin/v1/coupon-templates",
            $$"""{"handle":"PAY-FIRST-{{Interlocked.Increment(ref _keys)}}","title":"£3 off","claimBy":"click","currency":"GBP","amount":300}""",
            Key());
        Assert.True(made.Status == 201, made.Body);
        return (await person.Post($"/api/v1/coupon-offers/{made.Id}/claims", key: Key())).Id;
    }

    private static async Task<string> Checkout(Shopper me, string sku, object wish)
    {
        var started = await me.Post("/api/v1/checkouts", JsonSerializer.Serialize(wish), Key());
        Assert.True(started.Status == 201, $"{sku}: {started.Body}");
        var ordered = await me.PostUntilAnswered($"/api/v1/checkouts/{started.Id}/order", key: Key());
        Assert.True(ordered.Status == 201, ordered.Body);
        return ordered.Json.GetProperty("orderId").GetString()!;
    }

    protected static async Task<string> Place(Shopper me, string sku) => (await me.PostUntilAnswered(
        "/api/v1/orders", $$"""{"lines":[{"sku":"{{sku}}","quantity":1}]}""", Key())).Id;

    private Task<long> Points(Shopper person) => shop.Balance(person, BookUnits.Points);

    private Task<long> Wallet(Shopper person) => shop.Balance(person, "GBP");

    // The receiver is beside us.
    protected void LetMerchantsBeHere() =>
        shop.Services.GetRequiredService<IOptions<WebhooksOptions>>().Value.AllowPrivate = true;

    private static string Key() => $"pay-first-{Interlocked.Increment(ref _keys)}";
}

public sealed class PayFirstShop(SharedStores stores) : IAsyncLifetime
{
    public OrderShop Shop { get; } = new(stores) { Settings = { ["Orders:PayFirst"] = "True" } };

    public ValueTask InitializeAsync() => Shop.InitializeAsync();

    public ValueTask DisposeAsync() => Shop.DisposeAsync();
}

/// <summary>The same shop with its orders in three databases.</summary>
public sealed class ShardedPayFirstShop(SharedStores stores) : IAsyncLifetime
{
    public OrderShop Shop { get; } = new(stores) { Shards = 3, Settings = { ["Orders:PayFirst"] = "True" } };

    public ValueTask InitializeAsync() => Shop.InitializeAsync();

    public ValueTask DisposeAsync() => Shop.DisposeAsync();
}
