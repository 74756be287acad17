using System.Globalization;
using System.Text.Json;
using Doorbuster.IntegrationTests.Orders;
using Doorbuster.IntegrationTests.Web;
using Doorbuster.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.IntegrationTests.Carts;

/// <summary>A member of a group buys: what he sees is what he is quoted and what he pays.</summary>
public sealed class MemberPurchaseTests(MemberPurchaseTests.TradeShop shop) : IClassFixture<MemberPurchaseTests.TradeShop>
{
    private const string Home =
        """{"name":"Ada","line1":"1 Street","city":"London","postalCode":"N1 1AA","country":"GB"}""";

    [Fact]
    public async Task Cart_quote_and_order_have_the_members_price_and_everybody_elses_their_own()
    {
        var (member, other) = (await shop.NewMember(), await shop.NewPerson());
        var inCart = await member.Post("/api/v1/cart/items", """{"sku":"TEA","quantity":2}""", shop.Key());
        var item = inCart.Json.GetProperty("items")[0];
        Assert.Equal((8_00, 10_00, 8_00, 16_00),
            (Amount(item, "unitPrice"), Amount(item, "listPrice"), Amount(item, "priceWhenAdded"), Amount(inCart.Json, "subtotal")));
        Assert.Equal(16_00, Amount((await member.Get("/api/v1/cart")).Json, "subtotal"));
        Assert.Equal(20_00, Amount(
            (await other.Post("/api/v1/cart/items", """{"sku":"TEA","quantity":2}""", shop.Key())).Json, "subtotal"));

        var quoted = await member.Post("/api/v1/checkouts", "{}", shop.Key());
        Assert.Equal((201, 16_00), (quoted.Status, Amount(quoted.Json, "total")));
        await Ready(member, quoted);
        var ordered = await Order(member, quoted);
        Assert.Equal(201, ordered.Status);
        var order = await member.Get($"/api/v1/orders/{ordered.Json.GetProperty("orderId").GetString()}");
        Assert.Equal(16_00, Amount(order.Json, "total"));

        var bought = await other.Post("/api/v1/checkouts", """{"items":[{"sku":"TEA","quantity":2}]}""", shop.Key());
        Assert.Equal(20_00, Amount(bought.Json, "total"));
        // Without cart or quote.
        Assert.Equal(8_00, Amount((await Place(member)).Json, "total"));
        Assert.Equal(10_00, Amount((await Place(other)).Json, "total"));
    }

    [Fact]
    public async Task Buying_at_once_has_the_members_price_and_a_price_that_changed_since_is_said_not_taken()
    {
        var member = await shop.NewMember();
        var quoted = await member.Post("/api/v1/checkouts", """{"items":[{"sku":"TEA","quantity":1}]}""", shop.Key());
        Assert.Equal(8_00, Amount((await Ready(member, quoted)).Json, "total"));

        await shop.Member(HttpMethod.Delete, member);
        shop.Clock.Skip(TimeSpan.FromSeconds(3));
        var refused = await Order(member, quoted);
        Assert.Equal((409, "price_changed"), (refused.Status, refused.Code));
        Assert.Equal((8_00, 10_00), (Amount(refused.Json, "oldTotal"), Amount(refused.Json, "newTotal")));
        Assert.Equal(201, (await Order(member, quoted)).Status);    // told, and wanted all the same
        Assert.Equal(10_00, Amount((await member.Get(PathOf(quoted))).Json, "total"));

        await shop.Member(HttpMethod.Put, member);
        shop.Clock.Skip(TimeSpan.FromSeconds(3));
        var again = await member.Post("/api/v1/checkouts", """{"items":[{"sku":"TEA","quantity":1}]}""", shop.Key());
        Assert.Equal(8_00, Amount((await Ready(member, again)).Json, "total"));
        await shop.SetPrice(7_50);
        Assert.Equal("price_changed", (await Order(member, again)).Code);
        await shop.SetPrice(8_00);
    }

    [Fact]
    public async Task Whoever_signs_in_finds_the_cart_of_the_guest_he_was_at_his_own_price()
    {
        var guest = (await shop.Stranger().Post("/api/v1/guests")).Json.GetProperty("token").GetString()!;
        var before = await new Caller(shop.Client, guest, 0).Post("/api/v1/cart/items", """{"sku":"TEA","quantity":1}""", shop.Key());
        Assert.Equal(10_00, Amount(before.Json, "subtotal"));
        var member = await shop.NewMember();
        var merged = await member.Post("/api/v1/cart/merge", JsonSerializer.Serialize(new { guestToken = guest }));
        var item = merged.Json.GetProperty("items")[0];
        Assert.Equal((8_00, 10_00), (Amount(item, "unitPrice"), Amount(item, "priceWhenAdded")));
        Assert.Equal(8_00, Amount((await member.Get("/api/v1/cart")).Json, "subtotal"));
    }

    [Fact]
    public async Task Pages_show_a_member_his_price_and_keep_everybody_elses_for_all()
    {
        var (member, other) = (await shop.NewMember(), await shop.NewPerson());
        foreach (var page in new[] { "/products/TEA", "/categories/drinks", "/search?q=tea", "/", "/zh/products/TEA", "/products/TEA" })
        {
            var (his, hisCaching) = await shop.Page(page, member.Token);
            Assert.Contains("8.00", his, StringComparison.Ordinal);
            Assert.Contains("no-store", hisCaching, StringComparison.Ordinal);
            foreach (var token in new[] { null, other.Token, "forged" })
            {
                var (shown, caching) = await shop.Page(page, token);
                Assert.Contains("10.00", shown, StringComparison.Ordinal);
                Assert.DoesNotContain("8.00", shown, StringComparison.Ordinal);
                Assert.Contains("public", caching, StringComparison.Ordinal);
                Assert.Contains("Cookie", caching, StringComparison.Ordinal);
            }
        }
        Assert.DoesNotContain("Cookie", (await shop.Page("/help", member.Token)).Caching, StringComparison.Ordinal);
        // The session ended: nothing of it is shown any more.
        await member.Send(HttpMethod.Delete, "/api/v1/sessions/current");
        Assert.DoesNotContain("8.00", (await shop.Page("/products/TEA", member.Token)).Html, StringComparison.Ordinal);
    }

    private Task<Reply> Place(Caller who) =>
        who.Post("/api/v1/orders", """{"lines":[{"sku":"TEA","quantity":1}]}""", shop.Key());

    private static async Task<Reply> Ready(Caller who, Reply quoted)
    {
        var ready = await who.Send(HttpMethod.Patch, PathOf(quoted),
            $$"""{"email":"ada@example.test","shipTo":{{Home}},"shippingMethod":"collect"}""");
        Assert.True(ready.Status is 200, ready.Body);
        return ready;
    }

    private Task<Reply> Order(Caller who, Reply quoted) => who.Post(PathOf(quoted) + "/order", null, shop.Key());

    private static string PathOf(Reply quoted) => $"/api/v1/checkouts/{quoted.Json.GetProperty("id").GetString()}";

    private static long Amount(JsonElement json, string field) => json.GetProperty(field).GetProperty("amount").GetInt64();

    /// <summary>Tea for 10.00, for the trade 8.00, and shipping that costs nothing.</summary>
    public sealed class TradeShop(SharedStores stores) : WholeShop(stores)
    {
        private const string Lists = "/api/admin/v1/catalog/price-lists";

        private int _keys;
        private Caller _admin = null!;

        internal SkippingClock Clock { get; } = new();

        internal string Key() => string.Create(CultureInfo.InvariantCulture, $"trade-{Interlocked.Increment(ref _keys)}");

        internal async Task<Caller> NewMember()
        {
            var member = await NewPerson();
            await Member(HttpMethod.Put, member);
            Clock.Skip(TimeSpan.FromSeconds(3));
            return member;
        }

        internal async Task Member(HttpMethod method, Caller who) => Assert.InRange((await _admin.Send(
            method, $"/api/admin/v1/customer-groups/trade/members/{PublicId.Format("usr", who.Person)}")).Status, 200, 204);

        internal async Task SetPrice(long amount)
        {
            var set = await _admin.Send(
                HttpMethod.Put, $"{Lists}/tea/prices/TEA", JsonSerializer.Serialize(new { price = new { amount, currency = "GBP" } }),
                ("If-Match", (await _admin.Get($"{Lists}/tea")).ETag!));
            Assert.True(set.Status == 200, set.Body);
            Clock.Skip(TimeSpan.FromSeconds(3));
        }

        internal async Task<(string Html, string Caching)> Page(string path, string? token)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (token is not null)
                request.Headers.TryAddWithoutValidation("Cookie", $"sid={token}");
            using var answer = await Client.SendAsync(request);
            Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode}");
            return (await answer.Content.ReadAsStringAsync(), $"{answer.Headers.CacheControl} vary {string.Join(' ', answer.Headers.Vary)}");
        }

        protected override void Change(IServiceCollection services) => services.AddSingleton<TimeProvider>(Clock);

        protected override async Task Prepare()
        {
            _admin = await NewPerson(isAdmin: true);
            await Make("/api/admin/v1/customer-groups", """{"code":"trade","name":"Trade"}""");
            await Make("/api/admin/v1/catalog/categories", """{"name":"Drinks"}""");
            await Make("/api/admin/v1/catalog/products",
                """{"title":"Tea","category":"drinks","variants":[{"sku":"TEA","price":{"amount":1000,"currency":"GBP"},"stock":500}]}""");
            await Make(Lists, """{"code":"tea","name":"Tea","currency":"GBP","group":"trade"}""");
            await SetPrice(8_00);
            Assert.Equal(200, (await _admin.Send(
                HttpMethod.Put, "/api/admin/v1/shipping-rates/collect/GB/GBP", """{"title":"Collect","priceMinor":0}""",
                ("If-None-Match", "*"))).Status);
        }

        private async Task Make(string path, string body)
        {
            var made = await _admin.Post(path, body, Key());
            Assert.True(made.Status == 201, made.Body);
        }
    }
}
