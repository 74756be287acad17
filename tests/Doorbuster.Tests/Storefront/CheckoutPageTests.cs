namespace Doorbuster.Tests.Storefront;

/// <summary>What the checkout's page makes of answers that come seldom.</summary>
public sealed class CheckoutPageTests
{
    private const string Path = "/checkout/chk_1";
    private const string Api = "/api/v1/checkouts/chk_1";
    private const string Filled =
        "email=ada%40example.test&name=Ada&line1=1&city=London&postalCode=E1&country=GB&shippingMethod=standard&shown=1000";

    [Fact]
    public async Task A_coupon_that_is_not_written_yet_is_said_to_be_ones_own_and_used_later()
    {
        await using var shop = await Shop();
        shop.Say("POST /api/v1/me/coupons", 202, """{"id":"cpn_1","status":"queued","pollAfterMs":1000}""");

        var page = await shop.Post(Path, $"{Filled}&do=code&code=SPRING-5");

        Assert.Equal(200, page.Status);
        Assert.Contains("The coupon is yours, and can be used in a moment", page.Body, StringComparison.Ordinal);
        Assert.Contains("value=\"SPRING-5\"", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("cpn_1", Assert.Single(shop.Asked($"PATCH {Api}")), StringComparison.Ordinal);

        shop.Say("POST /api/v1/me/coupons", 201, """{"id":"cpn_1","title":"£5 off"}""");
        await shop.Post(Path, $"{Filled}&do=code&code=SPRING-5");

        Assert.Contains("cpn_1", shop.Asked($"PATCH {Api}")[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_that_is_not_settled_yet_is_no_outage()
    {
        await using var shop = await Shop();
        shop.Say($"POST {Api}/order", 503, "order_not_settled");

        var page = await shop.Post(Path, $"{Filled}&do=order");

        Assert.Contains("Your order is accepted and nearly there", page.Body, StringComparison.Ordinal);
        Assert.Contains("data-order", page.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_coupon_that_is_refused_takes_only_itself_away()
    {
        await using var shop = await Shop();
        shop.Say($"PATCH {Api}", 422, """{"code":"coupons_refused","status":422,"title":"No.","errors":{"coupons":["coupon_expired"]}}""");

        await shop.Post(Path, $"{Filled}&do=update&points=all&wallet=all&coupons=cpn_1");

        var wishes = shop.Asked($"PATCH {Api}");
        Assert.Contains("cpn_1", wishes[0], StringComparison.Ordinal);
        Assert.Contains("\"coupons\":[]", wishes[1], StringComparison.Ordinal);
        Assert.All(wishes, wish => Assert.Contains("\"points\":120,\"wallet\":true", wish, StringComparison.Ordinal));
        Assert.Single(shop.Asked("GET /api/v1/me/wallet"));
    }

    [Fact]
    public async Task Whose_coupons_and_points_cannot_be_had_is_no_guest_and_keeps_what_is_in_use()
    {
        await using var shop = await Shop();
        shop.Say("GET /api/v1/me/coupons", 503, "store_away");
        shop.Say("GET /api/v1/me/wallet", 503, "store_away");
        shop.Say($"PATCH {Api}", 200, Checkout.Replace("\"coupons\":[]", "\"coupons\":[\"cpn_1\"]", StringComparison.Ordinal)
            .Replace("\"points\":0", "\"points\":50", StringComparison.Ordinal));

        var page = await shop.Post(Path, $"{Filled}&do=update&points=all&coupons=cpn_1");

        Assert.DoesNotContain("as a guest", page.Body, StringComparison.Ordinal);
        Assert.Matches("name=\"coupons\" value=\"cpn_1\"[^>]* checked", page.Body);
        Assert.Matches("name=\"points\" value=\"all\"[^>]* checked", page.Body);
        Assert.DoesNotContain("points", Assert.Single(shop.Asked($"PATCH {Api}")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_whoever_may_not_have_coupons_is_a_guest()
    {
        await using var shop = await Shop();
        shop.Say("GET /api/v1/me/coupons", 401, "sign_in_required");

        Assert.Contains("as a guest", (await shop.Get(Path)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_with_country_and_delivery_stands_beside_them()
    {
        await using var shop = await Shop();
        shop.Say($"PATCH {Api}", 400, """
            {"code":"invalid_request","status":400,"title":"No.","errors":{"shipTo.country":["x"],"shippingMethod":["x"]}}
            """);

        var page = await shop.Post(Path, $"{Filled}&do=update");

        Assert.Equal(422, page.Status);
        Assert.Contains("id=\"country-error\">Choose a country.", page.Body, StringComparison.Ordinal);
        Assert.Contains("id=\"shippingMethod-error\">Choose how we deliver it.", page.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_country_that_is_not_in_the_list_stays()
    {
        await using var shop = await Shop();
        shop.Say($"GET {Api}", 200, Checkout.Replace("\"shipTo\":null", """
            "shipTo":{"name":"Ada","line1":"1","city":"Quito","postalCode":"1","country":"EC"}
            """, StringComparison.Ordinal));
        shop.Say("GET /api/v1/me/addresses/adr_1", 200,
            """{"id":"adr_1","name":"Ada","line1":"1","city":"Quito","country":"EC","isDefault":true}""");

        foreach (var path in new[] { Path, "/account/addresses/adr_1" })
        {
            var page = await shop.Get(path);
            Assert.Matches("<option value=\"EC\" selected", page.Body);
            Assert.Single(System.Text.RegularExpressions.Regex.Matches(page.Body, "<option[^>]*selected"));
        }
    }

    [Fact]
    public async Task What_a_form_shows_leads_back_to_a_page()
    {
        await using var shop = await Shop();
        shop.Say("POST /api/v1/cart/items", 409, "out_of_stock");
        shop.Say("GET /api/v1/cart", 200, """{"items":[],"units":0,"subtotal":null}""");
        shop.Say("POST /api/v1/orders/ord_1/cancellation", 503, "store_away");
        shop.Say("POST /api/v1/me/coupons", 503, "store_away");

        Assert.Contains("name=\"back\" value=\"/cart\"", (await shop.Post("/cart/items", "sku=A&quantity=1")).Body, StringComparison.Ordinal);
        Assert.Contains("href=\"/zh/orders/ord_1\" role=\"button\"", (await shop.Post("/zh/orders/ord_1/cancel", "")).Body, StringComparison.Ordinal);
        Assert.Contains("href=\"/account/coupons\" role=\"button\"", (await shop.Post("/account/coupons/code", "code=x&key=1")).Body, StringComparison.Ordinal);
        Assert.Contains("value=\"/account/orders?after=x\"", (await shop.Get("/account/orders?after=x")).Body, StringComparison.Ordinal);
    }

    private const string Checkout = """
        {"id":"chk_1","state":"open","items":[{"sku":"A","title":"A thing","quantity":1,
         "unitPrice":{"amount":1000,"currency":"GBP"},"total":{"amount":1000,"currency":"GBP"}}],"adjustments":[],"taxes":[],
         "total":{"amount":1000,"currency":"GBP"},"points":0,"email":null,"shipTo":null,"shippingMethod":"standard","coupons":[],
         "missing":[],"expiresAt":"2030-01-01T00:00:00Z","orderId":null,"replacedOrders":[]}
        """;

    private static async Task<StandInShop> Shop()
    {
        var shop = await StandInShop.Start();
        shop.Say($"GET {Api}", 200, Checkout);
        shop.Say($"PATCH {Api}", 200, Checkout);
        shop.Say("GET /api/v1/shipping-methods", 200,
            """{"data":[{"code":"standard","title":"Standard","price":{"amount":399,"currency":"GBP"},"freeFrom":null}]}""");
        shop.Say("GET /api/v1/me/coupons", 200, """{"data":[]}""");
        shop.Say("GET /api/v1/me/wallet", 200, """{"balances":[{"amount":500,"currency":"GBP"}],"points":120}""");
        return shop;
    }
}
