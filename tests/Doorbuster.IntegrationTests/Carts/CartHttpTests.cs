using System.Text.Json;
using Doorbuster.Carts;
using Doorbuster.Contracts.People;
using Doorbuster.IntegrationTests.Orders;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.IntegrationTests.Carts;

public sealed class CartHttpTests(OrderShop shop) : IClassFixture<OrderShop>
{
    private static int _keys;

    [Fact]
    public async Task A_cart_has_no_row_until_its_first_item_and_its_prices_are_todays()
    {
        var guest = await shop.NewGuest();
        var (sku, _) = await shop.NewStock(10);

        Assert.Equal(0, (await guest.Get("/api/v1/cart")).Json.GetProperty("units").GetInt32());
        Assert.Equal(0, (await guest.Ask("DELETE", "/api/v1/cart")).Json.GetProperty("units").GetInt32());
        Assert.Equal(404, (await guest.Ask("PUT", $"/api/v1/cart/items/{sku}", """{"quantity":1}""")).Status);
        Assert.Equal(0, await Rows(guest));

        Assert.Equal(200, (await Add(guest, sku, 2)).Status);
        Assert.Equal(1, await Rows(guest));
        shop.ChangeVariant(sku, variant => variant with { PriceMinor = 1_000, ListPriceMinor = 1_250 });
        var item = (await guest.Get("/api/v1/cart")).Json.GetProperty("items")[0];
        Assert.Equal((1_000, 1_250, 2_000, 1_250),
            (Amount(item, "unitPrice"), Amount(item, "listPrice"), Amount(item, "total"), Amount(item, "priceWhenAdded")));
    }

    [Fact]
    public async Task Items_are_added_changed_and_removed()
    {
        var me = shop.NewShopper();
        var ((a, _), (b, _)) = (await shop.NewStock(100), await shop.NewStock(100));

        await Add(me, a, 2);
        Assert.Equal([(a, 2), (b, 1)], Items(await Add(me, b, 1)));
        Assert.Equal([(a, 7), (b, 1)], Items(await me.Ask("PUT", $"/api/v1/cart/items/{a}", """{"quantity":7}""")));
        Assert.Equal([(b, 1)], Items(await me.Ask("DELETE", $"/api/v1/cart/items/{a}")));
        Assert.Equal([(b, 1)], Items(await me.Ask("DELETE", $"/api/v1/cart/items/{a}")));
        Assert.Empty(Items(await me.Ask("DELETE", "/api/v1/cart")));
    }

    [Fact]
    public async Task A_retried_addition_adds_once()
    {
        var me = shop.NewShopper();
        var (sku, _) = await shop.NewStock(100);
        var json = $$"""{"sku":"{{sku}}","quantity":2}""";

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => me.Post("/api/v1/cart/items", json, "once")));
        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        Assert.Equal([(sku, 2)], Items(await me.Get("/api/v1/cart")));
        var other = await me.Post("/api/v1/cart/items", $$"""{"sku":"{{sku}}","quantity":3}""", "once");
        Assert.Equal((422, "idempotency_key_reused"), (other.Status, other.Code));
    }

    [Fact]
    public async Task Changes_at_once_all_count()
    {
        var me = shop.NewShopper();
        var (sku, _) = await shop.NewStock(1_000);

        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => Add(me, sku, 1)));

        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        Assert.Equal([(sku, 24)], Items(await me.Get("/api/v1/cart")));
    }

    [Fact]
    public async Task A_stale_version_changes_nothing()
    {
        var me = shop.NewShopper();
        var (sku, _) = await shop.NewStock(100);
        var first = await Add(me, sku, 1);
        var second = await Add(me, sku, 1);

        var stale = await me.Ask("PUT", $"/api/v1/cart/items/{sku}", """{"quantity":9}""", first.ETag);
        Assert.Equal((412, "changed_meanwhile"), (stale.Status, stale.Code));
        Assert.Equal([(sku, 2)], Items(await me.Get("/api/v1/cart")));
        Assert.Equal(200, (await me.Ask("PUT", $"/api/v1/cart/items/{sku}", """{"quantity":9}""", second.ETag)).Status);
    }

    [Fact]
    public async Task More_than_there_is_gets_a_clear_answer()
    {
        var me = shop.NewShopper();
        var (sku, _) = await shop.NewStock(3);

        var refused = await Add(me, sku, 4);
        Assert.Equal((409, "out_of_stock", 3), (refused.Status, refused.Code, refused.Json.GetProperty("left").GetInt32()));
        Assert.Equal(200, (await Add(me, sku, 2)).Status);
        Assert.Equal("out_of_stock", (await Add(me, sku, 2)).Code);
        Assert.Equal("out_of_stock", (await me.Ask("PUT", $"/api/v1/cart/items/{sku}", """{"quantity":4}""")).Code);
        Assert.Equal("unknown_sku", (await Add(me, "NO-SUCH", 1)).Code);
        var (euros, _) = await shop.NewStock(3, currency: "EUR");
        Assert.Equal("mixed_currencies", (await Add(me, euros, 1)).Code);
    }

    [Fact]
    public async Task A_guests_cart_is_taken_over_once()
    {
        var (guest, me) = (await shop.NewGuest(), shop.NewShopper());
        var ((a, _), (b, _)) = (await shop.NewStock(100), await shop.NewStock(100));
        await Add(guest, a, 2);
        await Add(guest, b, 1);
        await Add(me, a, 3);
        var json = JsonSerializer.Serialize(new { guestToken = guest.Token });

        var merged = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => me.Post("/api/v1/cart/merge", json)));

        Assert.All(merged, answer => Assert.Equal(200, answer.Status));
        Assert.Equal([(a, 5), (b, 1)], Items(await me.Get("/api/v1/cart")));
        Assert.Empty(Items(await guest.Get("/api/v1/cart")));
        Assert.Equal(0, await Rows(guest));

        var newcomer = shop.NewShopper();
        await Add(guest, b, 4);
        Assert.Equal([(b, 4)], Items(await newcomer.Post("/api/v1/cart/merge", json)));
        Assert.Equal("not_a_guest", (await newcomer.Post(
            "/api/v1/cart/merge", JsonSerializer.Serialize(new { guestToken = me.Token }))).Code);
        Assert.Equal(401, (await guest.Post("/api/v1/cart/merge", json)).Status);
    }

    [Fact]
    public async Task Who_signs_in_with_a_guests_token_finds_the_guests_cart_in_his_own_once()
    {
        var guest = await shop.NewGuest();
        var ((a, _), (b, _)) = (await shop.NewStock(100), await shop.NewStock(100));
        await Add(guest, a, 2);
        const string account = """{"email":"merging@example.test","password":"a long password","displayName":"M"}""";
        const string credentials = """{"email":"merging@example.test","password":"a long password"}""";
        Assert.Equal(201, (await guest.Post("/api/v1/accounts", account)).Status);

        Assert.Equal("wrong_credentials", (await guest.Post(
            "/api/v1/sessions", credentials.Replace("a long", "a wrong", StringComparison.Ordinal))).Code);
        Assert.Equal([(a, 2)], Items(await guest.Get("/api/v1/cart")));

        var signedIn = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => guest.Post("/api/v1/sessions", credentials)));
        Assert.All(signedIn, answer => Assert.Equal(201, answer.Status));
        var me = shop.ShopperOf(signedIn[0].Json.GetProperty("token").GetString()!);
        Assert.Equal([(a, 2)], Items(await me.Get("/api/v1/cart")));
        Assert.Equal(0, await Rows(guest));

        await Add(guest, b, 1);
        Assert.Equal(201, (await me.Post("/api/v1/sessions", credentials)).Status);
        Assert.Equal([(a, 2)], Items(await me.Get("/api/v1/cart")));
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"sku":null,"quantity":1}""")]
    [InlineData("""{"sku":"A","quantity":0}""")]
    [InlineData("""{"sku":"A","quantity":1001}""")]
    [InlineData("""{"sku":"A","quantity":1.5}""")]
    [InlineData("""{"sku":"A","quantity":"1"}""")]
    [InlineData("""{"sku":"A","sku":"B"}""")]
    [InlineData("""{"sku":"A","price":1}""")]
    [InlineData("""[1]""")]
    [InlineData("""nonsense""")]
    public async Task Nonsense_gets_400(string json)
    {
        var me = shop.NewShopper();
        var answer = await me.Post("/api/v1/cart/items", json, Key());
        Assert.Equal((400, "invalid_request"), (answer.Status, answer.Code));
        Assert.Equal(0, await Rows(me));
    }

    [Fact]
    public async Task Abandoned_carts_are_removed_and_others_stay()
    {
        var (old, fresh, me) = (await shop.NewGuest(), await shop.NewGuest(), shop.NewShopper());
        var (sku, _) = await shop.NewStock(100);
        foreach (var somebody in (Shopper[])[old, fresh, me])
            await Add(somebody, sku, 1);
        await shop.Sql.Execute(
            "update carts.carts set changed_at = now() - interval '31 days' where person = any($1)", CancellationToken.None,
            new NpgsqlParameter { Value = new[] { old.Person, me.Person } });

        await ActivatorUtilities.CreateInstance<RemoveAbandoned>(shop.Services).Run(CancellationToken.None);

        Assert.Equal((0, 1, 1), (await Rows(old), await Rows(fresh), await Rows(me)));
    }

    [Fact]
    public async Task Who_is_forgotten_has_no_cart_and_an_export_before_shows_it()
    {
        var me = shop.NewShopper();
        var (sku, _) = await shop.NewStock(100);
        await Add(me, sku, 1);
        var data = shop.Services.GetServices<IPersonalData>().Single(one => one.Name == "cart");
        Assert.Contains(sku, System.Text.Encoding.UTF8.GetString((await data.Export(me.Person, default)).Span), StringComparison.Ordinal);

        await shop.Say(new PersonErased { Person = me.Person, At = DateTimeOffset.UnixEpoch });

        await Eventually.IsTrue(async () => await Rows(me) == 0, "the cart is gone");
    }

    private static Task<Reply> Add(Shopper shopper, string sku, int quantity) => shopper.Post(
        "/api/v1/cart/items", JsonSerializer.Serialize(new { sku, quantity }), Key());

    private static (string, int)[] Items(Reply cart) =>
    [
        .. cart.Json.GetProperty("items").EnumerateArray().Select(item =>
            (item.GetProperty("sku").GetString()!, item.GetProperty("quantity").GetInt32())),
    ];

    private static long Amount(JsonElement item, string name) => item.GetProperty(name).GetProperty("amount").GetInt64();

    private async Task<long> Rows(Shopper shopper) => (await shop.Sql.Query(
        "select count(*) from carts.carts where person = $1", row => row.GetInt64(0), CancellationToken.None,
        new NpgsqlParameter { Value = shopper.Person }))[0];

    private static string Key() => $"cart-{Interlocked.Increment(ref _keys)}";
}
