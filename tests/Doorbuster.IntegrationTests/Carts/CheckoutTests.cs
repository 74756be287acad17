using System.Text.Json;
using Doorbuster.Carts;
using Doorbuster.Contracts.Books;
using Doorbuster.Contracts.Catalog;
using Doorbuster.IntegrationTests.Orders;
using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.IntegrationTests.Carts;

public sealed class CheckoutTests(OrderShop shop) : IClassFixture<OrderShop>, IAsyncLifetime
{
    private static int _keys;

    public async ValueTask InitializeAsync() => await DemoShipping.Seed(shop.Services, CancellationToken.None);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_guest_buys_from_the_cart_to_the_paid_order()
    {
        var guest = await shop.NewGuest();
        var (sku, pool) = await shop.NewStock(10);
        await guest.Post("/api/v1/cart/items", JsonSerializer.Serialize(new { sku, quantity = 2 }), Key());

        var started = await guest.Post("/api/v1/checkouts", "{}", Key());
        Assert.Equal((201, "open", 2_500L), (started.Status, State(started), Total(started)));
        Assert.Equal(["shipTo", "shippingMethod", "email"], Strings(started, "missing"));
        var early = await guest.Post($"/api/v1/checkouts/{started.Id}/order", key: Key());
        Assert.Equal((409, "checkout_incomplete"), (early.Status, early.Code));

        var addressed = await guest.Ask("PATCH", $"/api/v1/checkouts/{started.Id}", JsonSerializer.Serialize(
            new { email = "ada@example.test", shipTo = Shopper.Home, shippingMethod = "standard" }), started.ETag);
        Assert.Equal((200, 2_500L + 395), (addressed.Status, Total(addressed)));
        Assert.Empty(Strings(addressed, "missing"));

        var ordered = await guest.Post($"/api/v1/checkouts/{started.Id}/order", key: Key());
        Assert.Equal((201, "ordered"), (ordered.Status, State(ordered)));
        var order = ordered.Json.GetProperty("orderId").GetString()!;
        Assert.Equal($"/api/v1/orders/{order}", ordered.Location);
        Assert.Equal(0, (await guest.Get("/api/v1/cart")).Json.GetProperty("units").GetInt32());
        Assert.Equal(8, await shop.UnitsFree(pool));
        Assert.Equal(2_895, Total(await guest.Get(ordered.Location!)));

        var again = await guest.Post($"/api/v1/checkouts/{started.Id}/order", key: Key());
        Assert.Equal((201, order), (again.Status, again.Json.GetProperty("orderId").GetString()));
        Assert.Equal("checkout_closed", (await guest.Ask("PATCH", $"/api/v1/checkouts/{started.Id}", """{"points":1}""")).Code);

        await guest.Pay(order, Key());
        await Eventually.IsTrue(
            async () => State(await guest.Get($"/api/v1/checkouts/{started.Id}")) == "paid", "the checkout knows it is paid");
    }

    [Fact]
    public async Task A_price_that_changed_since_the_quote_is_said_with_a_new_quote()
    {
        var me = shop.NewShopper();
        var (sku, pool) = await shop.NewStock(10);
        var checkout = await Ready(me, sku);
        shop.ChangeVariant(sku, variant => variant with { PriceMinor = 1_300 });

        var refused = await Order(me, checkout);
        Assert.Equal((409, "price_changed"), (refused.Status, refused.Code));
        Assert.Equal((1_645, 1_695), (Amount(refused.Json, "oldTotal"), Amount(refused.Json, "newTotal")));
        Assert.Equal(1_695, Amount(refused.Json.GetProperty("checkout"), "total"));
        Assert.Equal(10, await shop.UnitsFree(pool));

        Assert.Equal(201, (await Order(me, checkout)).Status);
        Assert.Equal(1_695, Total(await me.Get($"/api/v1/checkouts/{checkout}")));
    }

    [Fact]
    public async Task An_expired_quote_is_renewed_before_it_is_ordered()
    {
        var me = shop.NewShopper();
        var (sku, _) = await shop.NewStock(10);
        var checkout = await Ready(me, sku);
        await shop.Sql.Execute(
            "update carts.checkouts set expires_at = now() - interval '1 second' where person = $1", CancellationToken.None,
            new NpgsqlParameter { Value = me.Person });

        var refused = await Order(me, checkout);
        Assert.Equal((409, "quote_expired"), (refused.Status, refused.Code));
        Assert.True(refused.Json.GetProperty("checkout").GetProperty("expiresAt").GetDateTimeOffset() > DateTimeOffset.UnixEpoch);
        Assert.Equal(201, (await Order(me, checkout)).Status);
    }

    [Fact]
    public async Task Twenty_orders_of_one_checkout_at_once_are_one_order()
    {
        var me = shop.NewShopper();
        var (sku, pool) = await shop.NewStock(10);
        var checkout = await Ready(me, sku);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Insist()));

        Assert.All(answers, answer => Assert.Equal(201, answer.Status));
        Assert.Single(answers.Select(answer => answer.Json.GetProperty("orderId").GetString()).Distinct());
        Assert.Equal(9, await shop.UnitsFree(pool));

        async Task<Reply> Insist()
        {
            while (true)
            {
                if (await Order(me, checkout) is { Code: not ("order_in_progress" or "store_away") } answer)
                    return answer;
                await Task.Delay(20);
            }
        }
    }

    [Fact]
    public async Task A_quote_is_made_once_per_key_also_when_the_cart_is_gone()
    {
        var me = shop.NewShopper();
        var (sku, _) = await shop.NewStock(10);
        await me.Post("/api/v1/cart/items", JsonSerializer.Serialize(new { sku }), Key());
        var (key, json) = (Key(), JsonSerializer.Serialize(new { shipTo = Shopper.Home, shippingMethod = "standard" }));
        var first = await me.Post("/api/v1/checkouts", json, key);
        Assert.Equal(201, (await Order(me, first.Id)).Status);

        var again = await me.Post("/api/v1/checkouts", json, key);
        Assert.Equal((201, first.Id, "ordered"), (again.Status, again.Id, State(again)));
        Assert.Equal("idempotency_key_reused", (await me.Post("/api/v1/checkouts", "{}", key)).Code);
        Assert.Equal("cart_empty", (await me.Post("/api/v1/checkouts", "{}", Key())).Code);
    }

    [Fact]
    public async Task Two_windows_of_one_cart_make_one_order_and_a_newer_wish_replaces_the_unpaid_one()
    {
        var me = shop.NewShopper();
        var (sku, pool) = await shop.NewStock(1);    // the last one: a second hold would be refused
        await me.Post("/api/v1/cart/items", JsonSerializer.Serialize(new { sku }), Key());
        var (one, two, three) = (await FromCart("standard"), await FromCart("standard"), await FromCart("express"));

        var first = await Order(me, one);
        var same = await Order(me, two);
        Assert.Equal(first.Json.GetProperty("orderId").GetString(), same.Json.GetProperty("orderId").GetString());

        var newer = await Order(me, three);
        Assert.Equal(201, newer.Status);
        Assert.Equal([first.Json.GetProperty("orderId").GetString()!], Strings(newer, "replacedOrders"));
        Assert.Equal("cancelled", await me.StateOf(first.Json.GetProperty("orderId").GetString()!));
        Assert.Equal(0, await shop.UnitsFree(pool));

        await me.Pay(newer.Json.GetProperty("orderId").GetString()!, Key());
        var late = await Order(me, two);
        Assert.Equal((409, "cart_ordered"), (late.Status, late.Code));

        async Task<string> FromCart(string method) => (await me.Post(
            "/api/v1/checkouts", JsonSerializer.Serialize(new { shipTo = Shopper.Home, shippingMethod = method }), Key())).Id;
    }

    [Fact]
    public async Task Nobody_is_blocked_by_his_own_hold()
    {
        var (me, other) = (shop.NewShopper(), shop.NewShopper());
        var (sku, pool) = await shop.NewStock(2);
        var first = await Order(me, await Ready(me, sku, quantity: 2));
        Assert.Equal(0, await shop.UnitsFree(pool));
        Assert.Equal("out_of_stock", (await other.Post("/api/v1/checkouts", BuyNow(sku, 1), Key())).Code);

        var second = await Order(me, await Ready(me, sku, quantity: 1));

        Assert.Equal(201, second.Status);
        Assert.Equal([first.Json.GetProperty("orderId").GetString()!], Strings(second, "replacedOrders"));
        Assert.Equal(1, await shop.UnitsFree(pool));

        // What would not do in any case costs nobody the hold he has.
        var third = await me.Post("/api/v1/checkouts", BuyNow(sku, 3), Key());
        Assert.Equal("out_of_stock", third.Code);
        Assert.Equal("placed", await me.StateOf(second.Json.GetProperty("orderId").GetString()!));
    }

    [Fact]
    public async Task All_or_nothing_and_the_checkout_is_open_again()
    {
        var (me, other) = (shop.NewShopper(), shop.NewShopper());
        var ((a, poolA), (b, _)) = (await shop.NewStock(5), await shop.NewStock(1));
        await shop.Give(me, BookUnits.Points, 300);
        var started = await me.Post("/api/v1/checkouts", JsonSerializer.Serialize(new
        {
            items = new[] { new { sku = a, quantity = 1 }, new { sku = b, quantity = 1 } },
            shipTo = Shopper.Home,
            shippingMethod = "standard",
            points = 300,
        }), Key());
        Assert.Equal(2 * 1_250 + 395 - 300, Total(started));
        await Order(other, await Ready(other, b));

        var refused = await Order(me, started.Id);

        Assert.Equal((409, "out_of_stock"), (refused.Status, refused.Code));
        Assert.Equal(5, await shop.UnitsFree(poolA));
        Assert.Equal(300, await shop.Balance(me, BookUnits.Points));
        Assert.Equal("open", State(await me.Get($"/api/v1/checkouts/{started.Id}")));
    }

    [Fact]
    public async Task Points_and_wallet_pay_and_come_back_once_when_the_order_is_cancelled()
    {
        var me = shop.NewShopper();
        var (sku, _) = await shop.NewStock(5);
        await shop.Give(me, BookUnits.Points, 500);
        await shop.Give(me, "GBP", 600);
        var started = await me.Post("/api/v1/checkouts", JsonSerializer.Serialize(new
        {
            items = new[] { new { sku, quantity = 1 } },
            shipTo = Shopper.Home,
            shippingMethod = "standard",
            points = 10_000,
            wallet = true,
        }), Key());
        Assert.Equal((1_645 - 500 - 600, 500L), ((int)Total(started), started.Json.GetProperty("points").GetInt64()));

        var ordered = await Order(me, started.Id);
        Assert.Equal((0, 0), (await shop.Balance(me, BookUnits.Points), await shop.Balance(me, "GBP")));
        var order = ordered.Json.GetProperty("orderId").GetString()!;
        Assert.Equal(200, (await me.Post($"/api/v1/orders/{order}/cancellation")).Status);

        await Eventually.IsTrue(
            async () => State(await me.Get($"/api/v1/checkouts/{started.Id}")) == "cancelled", "the checkout is cancelled");
        Assert.Equal((500, 600), (await shop.Balance(me, BookUnits.Points), await shop.Balance(me, "GBP")));
    }

    [Fact]
    public async Task What_costs_nothing_in_the_end_is_paid_at_birth()
    {
        var me = shop.NewShopper();
        var (sku, pool) = await shop.NewStock(5);
        await shop.Give(me, "GBP", 10_000);
        var started = await me.Post("/api/v1/checkouts", JsonSerializer.Serialize(new
        {
            items = new[] { new { sku, quantity = 1 } },
            shipTo = Shopper.Home,
            shippingMethod = "standard",
            wallet = true,
        }), Key());

        var ordered = await Order(me, started.Id);

        Assert.Equal((201, "paid", 0L), (ordered.Status, State(ordered), Total(ordered)));
        Assert.Equal("paid", await me.StateOf(ordered.Json.GetProperty("orderId").GetString()!));
        Assert.Equal((10_000 - 1_645, 4), (await shop.Balance(me, "GBP"), await shop.UnitsFree(pool)));
    }

    [Fact]
    public async Task Points_that_were_spent_elsewhere_make_a_new_quote_and_two_orders_never_spend_them_twice()
    {
        var me = shop.NewShopper();
        var ((a, _), (b, _)) = (await shop.NewStock(5), await shop.NewStock(5));
        await shop.Give(me, BookUnits.Points, 400);
        var checkouts = new[] { await WithPoints(a), await WithPoints(b) };

        var answers = await Task.WhenAll(checkouts.Select(checkout => Order(me, checkout)));

        Assert.Equal([201, 409], answers.Select(answer => answer.Status).Order());
        Assert.Equal("price_changed", answers.Single(answer => answer.Status == 409).Code);
        Assert.Equal(0, await shop.Balance(me, BookUnits.Points));

        async Task<string> WithPoints(string sku) => (await me.Post("/api/v1/checkouts", JsonSerializer.Serialize(new
        {
            items = new[] { new { sku, quantity = 1 } },
            shipTo = Shopper.Home,
            shippingMethod = "standard",
            points = 400,
        }), Key())).Id;
    }

    [Fact]
    public async Task Tax_and_shipping_follow_the_address()
    {
        var me = shop.NewShopper();
        var (sku, _) = await shop.NewStock(50);
        shop.Tax("FR", new TaxRule("TVA", 2_000, IsIncluded: false));
        shop.Tax("DE", new TaxRule("MwSt", 1_900, IsIncluded: true));
        var checkout = await Ready(me, sku, quantity: 2);

        var france = await me.Ask("PATCH", $"/api/v1/checkouts/{checkout}", JsonSerializer.Serialize(
            new { shipTo = At("FR") }));
        Assert.Equal(2_500 + 995 + 699, Total(france));
        var germany = await me.Ask("PATCH", $"/api/v1/checkouts/{checkout}", JsonSerializer.Serialize(
            new { shipTo = At("DE"), shippingMethod = "express" }));
        Assert.Equal(2_500 + 2_495, Total(germany));
        Assert.Equal(798, Amount(germany.Json.GetProperty("taxes")[0], "amount"));    // 4995 × 19 / 119
        Assert.Equal("shipping_unavailable", (await me.Ask(
            "PATCH", $"/api/v1/checkouts/{checkout}", """{"shippingMethod":"pigeon"}""")).Code);

        static object At(string country) => new { name = "A", line1 = "B", city = "C", postalCode = "D", country };
    }

    [Fact]
    public async Task A_coupon_lowers_the_price_that_is_quoted_ordered_and_paid_and_is_used_up()
    {
        var (me, admin) = (shop.NewShopper(), await shop.NewAdmin());
        var (sku, _) = await shop.NewStock(10);
        var made = await admin.Post(
            "/api/admin/v1/coupon-templates",
            """{"handle":"CHECKOUT-3","title":"£3 off","claimBy":"click","currency":"GBP","amount":300}""", Key());
        Assert.True(made.Status == 201, made.Body);
        var coupon = (await me.Post($"/api/v1/coupon-offers/{made.Id}/claims", key: Key())).Id;
        var checkout = await Ready(me, sku);
        var without = Total(await me.Get($"/api/v1/checkouts/{checkout}"));

        var quoted = await me.Ask("PATCH", $"/api/v1/checkouts/{checkout}", $$"""{"coupons":["{{coupon}}"]}""");

        Assert.True(quoted.Status == 200, quoted.Body);
        Assert.Equal(without - 300, Total(quoted));
        var line = quoted.Json.GetProperty("adjustments").EnumerateArray()
            .Single(one => one.GetProperty("kind").GetString() == "coupon");
        Assert.Equal((-300, coupon), (Amount(line, "amount"), line.GetProperty("reference").GetString()));
        var ordered = await Order(me, checkout);
        Assert.Equal((201, without - 300), (ordered.Status, Total(ordered)));
        var order = ordered.Json.GetProperty("orderId").GetString()!;
        await me.Pay(order, Key());
        await Eventually.IsTrue(
            async () => (await me.Get($"/api/v1/me/coupons/{coupon}")).Json.GetProperty("state").GetString() == "used",
            "the coupon is used");

        var again = await Ready(me, sku);
        var refused = await me.Ask("PATCH", $"/api/v1/checkouts/{again}", $$"""{"coupons":["{{coupon}}"]}""");
        Assert.Equal((409, "coupons_refused"), (refused.Status, refused.Code));
    }

    [Fact]
    public async Task All_checkouts_are_exported_with_what_their_total_is_made_of()
    {
        var me = shop.NewShopper();
        var (sku, _) = await shop.NewStock(5);
        var checkout = await Ready(me, sku, quantity: 2);
        var order = (await Order(me, checkout)).Json.GetProperty("orderId").GetString()!;

        var rows = new List<Dictionary<string, string>>();
        await foreach (var fields in CheckoutCommand.Rows(
            shop.Services.GetRequiredService<CheckoutStore>(), CancellationToken.None))
            rows.Add(CheckoutCommand.Header.Zip(fields).ToDictionary(one => one.First, one => one.Second));

        var row = Assert.Single(rows, one => one["checkout"] == checkout);
        Assert.Equal(("ordered", "no", order, $"2x{sku}"), (row["state"], row["guest"], row["order"], row["skus"]));
        Assert.Equal(("2500", "GBP", "standard"), (row["items_minor"], row["currency"], row["shipping_method"]));
        Assert.Equal(
            Of("total_minor"),
            Of("items_minor") + Of("shipping_minor") + Of("tax_minor") - Of("promotion_off_minor") - Of("coupon_off_minor")
            - Of("points_paid_minor") - Of("wallet_paid_minor"));

        long Of(string column) => long.Parse(row[column], null);
    }

    [Fact]
    public async Task Shipping_rates_come_back_from_a_file_as_they_were_and_a_wrong_line_changes_nothing()
    {
        var csv = shop.Services.GetRequiredService<ShippingCsv>();
        var store = shop.Services.GetRequiredService<ShippingStore>();
        async Task<string> Text() => string.Join('\n', (await csv.Rows(CancellationToken.None).ToListAsync())
            .Prepend(ShippingCsv.Header)
            .Select(fields => string.Join(',', fields.Select(one => one.Contains(',', StringComparison.Ordinal) ? $"\"{one}\"" : one))));
        var before = await Text();
        var more = before + "\nnight,GB,GBP,By night,1295,\nnight,FR,GBP,By night,2295,9000";

        var (count, wrong) = await csv.Import(new StringReader(more), CancellationToken.None);

        Assert.Null(wrong);
        Assert.Equal(before.Split('\n').Length + 1, count);
        Assert.Equal(
            more.Split('\n').Order(StringComparer.Ordinal), (await Text()).Split('\n').Order(StringComparer.Ordinal));
        Assert.Equal(9_000, (await store.Find("night", "FR", "GBP", CancellationToken.None))!.FreeFromMinor);
        foreach (var line in (string[])["night,FR,GBP,By night,-1,", "night,F,GBP,By night,1,", "night,FR,GBP,,1,", "night"])
            Assert.StartsWith(
                "Line ", (await csv.Import(
                    new StringReader($"{string.Join(',', ShippingCsv.Header)}\nnew,GB,GBP,New,1,\n{line}"),
                    CancellationToken.None)).Wrong, StringComparison.Ordinal);
        Assert.DoesNotContain("new,GB", await Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_file_of_shipping_rates_what_is_otherwise_is_written_and_on_record()
    {
        var csv = shop.Services.GetRequiredService<ShippingCsv>();
        var store = shop.Services.GetRequiredService<ShippingStore>();
        Actor.Begin(Actor.Local("doorbuster shipping import"));
        string File(int rates, int price) => string.Join(',', ShippingCsv.Header) + "\n" + string.Join('\n',
            Enumerable.Range(0, rates).Select(i => $"kite-{i / 26},K{(char)('A' + i % 26)},GBP,Kite,{(i == 1 ? price : 500)},"));

        Assert.Null((await Import(File(4, 500))).Wrong);
        Assert.Null((await Import(File(4, 700))).Wrong);
        Assert.Equal([1, 2, 1, 1], (await store.List(default)).Where(rate => rate.Method == "kite-0").Select(rate => rate.Version));
        Assert.Equal(
            ["", "", "", "", """{"price":500}"""], await Notes("subject like 'kite-0/K%/GBP'"));

        Assert.Null((await Import(File(1_000, 900))).Wrong);
        Assert.Equal([""], await Notes("action = 'shipping_rate.import' and after ->> 'added' = '996' and after ->> 'changed' = '1'"));
        Assert.StartsWith("There would be more than", (await Import(File(4_999, 900))).Wrong, StringComparison.Ordinal);
        await shop.Sql.Execute("delete from carts.shipping_rates where method like 'kite-%'", CancellationToken.None);

        Task<(int, string? Wrong)> Import(string text) => csv.Import(new StringReader(text), CancellationToken.None);
        Task<List<string>> Notes(string which) => shop.Sql.Query(
            $"select coalesce(before::text, '') from audit.entries where {which} order by seq", row => row.GetString(0),
            CancellationToken.None);
    }

    [Fact]
    public async Task A_checkout_is_its_owners_alone()
    {
        var (me, other, guest) = (shop.NewShopper(), shop.NewShopper(), await shop.NewGuest());
        var (sku, _) = await shop.NewStock(5);
        var checkout = await Ready(me, sku);

        foreach (var stranger in (Shopper[])[other, guest])
        {
            Assert.Equal(404, (await stranger.Get($"/api/v1/checkouts/{checkout}")).Status);
            Assert.Equal(404, (await stranger.Ask("PATCH", $"/api/v1/checkouts/{checkout}", """{"points":1}""")).Status);
            Assert.Equal(404, (await Order(stranger, checkout)).Status);
        }
        Assert.Equal(401, (await shop.Stranger().Get($"/api/v1/checkouts/{checkout}")).Status);
    }

    [Theory]
    [InlineData("""{"items":[]}""", 400)]
    [InlineData("""{"items":[null]}""", 400)]
    [InlineData("""{"items":[{"sku":"A","quantity":0}]}""", 400)]
    [InlineData("""{"items":[{"sku":"NO-SUCH","quantity":1}]}""", 400)]
    [InlineData("""{"points":-1}""", 400)]
    [InlineData("""{"email":"nobody"}""", 400)]
    [InlineData("""{"shipTo":{"name":"A"}}""", 400)]
    [InlineData("""{"shipTo":{"name":"A","line1":"B","city":"C","postalCode":"D","country":"gb"}}""", 400)]
    [InlineData("""{"shipTo":{"name":" ","line1":"B","city":"C","postalCode":"D","country":"GB"}}""", 400)]
    [InlineData("""{"wish":1}""", 400)]
    [InlineData("""{"points":1,"points":2}""", 400)]
    [InlineData("""{"coupons":["cpn_0000000000001"]}""", 409)]
    [InlineData("""{"coupons":["x"]}""", 409)]
    public async Task Nonsense_is_refused(string json, int status)
    {
        var me = shop.NewShopper();
        var (sku, _) = await shop.NewStock(5);
        await me.Post("/api/v1/cart/items", JsonSerializer.Serialize(new { sku }), Key());

        Assert.Equal(status, (await me.Post("/api/v1/checkouts", json, Key())).Status);
        Assert.Equal("idempotency_key_missing", (await me.Post("/api/v1/checkouts", "{}")).Code);
    }

    [Fact]
    public async Task Shipping_rates_are_administered_under_their_versions()
    {
        var admin = await shop.NewAdmin();
        const string rate = "/api/admin/v1/shipping-rates/drone/NZ/GBP";
        Assert.Equal("if_match_required", (await admin.Ask("PUT", rate, """{"title":"Drone","priceMinor":100}""")).Code);
        Assert.Equal(412, (await admin.Ask("PUT", rate, """{"title":"Drone","priceMinor":100}""", "\"1\"")).Status);
        await shop.Sql.Execute(
            "insert into carts.shipping_rates values ('drone', 'NZ', 'GBP', 'Drone', 100, null)", CancellationToken.None);
        var changed = await admin.Ask("PUT", rate, """{"title":"Drone","priceMinor":150,"freeFromMinor":1000}""", "\"1\"");
        Assert.Equal((200, "\"2\""), (changed.Status, changed.ETag));
        Assert.Equal(412, (await admin.Ask("DELETE", rate, ifMatch: "\"1\"")).Status);
        var methods = await shop.Stranger().Get("/api/v1/shipping-methods?country=NZ&currency=GBP");
        Assert.Contains("drone", methods.Body, StringComparison.Ordinal);
        Assert.Equal(204, (await admin.Ask("DELETE", rate, ifMatch: "\"2\"")).Status);
        Assert.Equal(404, (await admin.Ask("DELETE", rate, ifMatch: "\"2\"")).Status);
        Assert.Equal(400, (await admin.Ask("PUT", "/api/admin/v1/shipping-rates/x/nz/GBP", """{"title":"A","priceMinor":1}""", "*")).Status);
    }

    private static string BuyNow(string sku, int quantity) => JsonSerializer.Serialize(new
    {
        items = new[] { new { sku, quantity } },
        shipTo = Shopper.Home,
        shippingMethod = "standard",
    });

    private static async Task<string> Ready(Shopper shopper, string sku, int quantity = 1)
    {
        var started = await shopper.Post("/api/v1/checkouts", BuyNow(sku, quantity), Key());
        Assert.Equal(201, started.Status);
        return started.Id;
    }

    private static Task<Reply> Order(Shopper shopper, string checkout) =>
        shopper.Post($"/api/v1/checkouts/{checkout}/order", key: Key());

    private static string? State(Reply reply) => reply.Json.GetProperty("state").GetString();

    private static long Total(Reply reply) => Amount(reply.Json, "total");

    private static long Amount(JsonElement json, string name) => json.GetProperty(name).GetProperty("amount").GetInt64();

    private static string[] Strings(Reply reply, string name) =>
        [.. reply.Json.GetProperty(name).EnumerateArray().Select(one => one.GetString()!)];

    private static string Key() => $"checkout-{Interlocked.Increment(ref _keys)}";
}
