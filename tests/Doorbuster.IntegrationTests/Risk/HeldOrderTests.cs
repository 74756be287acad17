using System.Text.Json;
using Doorbuster.Accounts;
using Doorbuster.Contracts.Payments;
using Doorbuster.IntegrationTests.Accounts;
using Doorbuster.IntegrationTests.Orders;
using Doorbuster.IntegrationTests.Web;
using Doorbuster.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.IntegrationTests.Risk;

/// <summary>What risk and orders do together, through HTTP.</summary>
public sealed class HeldOrderTests(OrderShop shop) : IClassFixture<OrderShop>, IDisposable
{
    private const long LimitMinor = 10 * OrderShop.PriceMinor;

    private static int _keys;

    private readonly HttpClient _client = new() { BaseAddress = shop.BaseAddress };

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task A_held_order_is_not_shipped_until_it_is_released()
    {
        var admin = await Holding();
        var (cheap, dear) = (await Place(shop.NewShopper(), 1, paid: true), await Place(shop.NewShopper(), 10, paid: true));

        Assert.Equal(200, (await Ship(admin, cheap)).Status);
        var refused = await Ship(admin, dear);
        Assert.Equal((409, "order_held"), (refused.Status, refused.Code));
        Assert.Equal("Dear", refused.Json.GetProperty("detail").GetString());

        await Decide(admin, dear, "release");
        Assert.Equal(200, (await Ship(admin, dear)).Status);
        Assert.Equal(200, (await Ship(admin, dear)).Status);
    }

    [Fact]
    public async Task A_cancelled_order_gives_back_its_units_or_its_money_and_its_buyer_is_told()
    {
        var admin = await Holding();
        var (one, other) = (shop.NewShopper(), shop.NewShopper());
        var (unpaid, paid) = (await Place(one, 10, paid: false), await Place(other, 10, paid: true));

        await Decide(admin, unpaid, "cancel");
        await Decide(admin, paid, "cancel");

        await Eventually.IsTrue(async () => await one.StateOf(unpaid.Id) == "cancelled", "the unpaid one is cancelled");
        await Eventually.IsTrue(async () => await other.StateOf(paid.Id) == "refunding", "the paid one is refunded");
        Assert.Equal(10, await shop.UnitsFree(unpaid.Pool));
        Assert.Equal("order_wrong_state", (await Ship(admin, paid)).Code);
        foreach (var buyer in (Shopper[])[one, other])
            await Eventually.IsTrue(
                async () => (await buyer.Get("/api/v1/me/notices")).Body.Contains("order_cancelled", StringComparison.Ordinal),
                "the buyer is told");
    }

    private async Task<Caller> Holding()
    {
        var person = await Someone.New(shop.Services, isAdmin: true);
        var (_, token) = await shop.Services.GetRequiredService<Sessions>().Start(person, isAdmin: true, default);
        var admin = new Caller(_client, token, person);
        var rule = JsonSerializer.Serialize(
            new { name = "Dear", kind = "value", outcome = "hold", threshold = LimitMinor, currency = "GBP" });
        var made = await admin.Post("/api/admin/v1/risk/rules", rule, ("Idempotency-Key", "dear"));
        Assert.True(made.Status == 201 || made.Code == "risk_rule_name_taken", made.Body);
        return admin;
    }

    private async Task<Placed> Place(Shopper me, int quantity, bool paid)
    {
        var (sku, pool) = await shop.NewStock(10);
        var placed = await me.Post(
            "/api/v1/orders", $$"""{"lines":[{"sku":"{{sku}}","quantity":{{quantity}}}]}""",
            $"held-{Interlocked.Increment(ref _keys)}");
        Assert.Equal(201, placed.Status);
        Assert.True(PublicId.TryParse("ord", placed.Id, out var number));
        if (paid)
        {
            await shop.Say(new PaymentCaptured
            {
                Payment = shop.Services.GetRequiredService<Ids>().NextFor(me.Person),
                Order = number,
                Person = me.Person,
                AmountMinor = quantity * OrderShop.PriceMinor,
                Currency = "GBP",
                CapturedAt = TimeProvider.System.GetUtcNow(),
            });
            await Eventually.IsTrue(async () => await me.StateOf(placed.Id) == "paid", "the order is paid");
        }
        return new Placed(placed.Id, number, pool);
    }

    private static Task<Reply> Ship(Caller admin, Placed order) =>
        admin.Post($"/api/admin/v1/orders/{order.Id}/shipment", """{"carrier":"Post"}""");

    private static async Task Decide(Caller admin, Placed order, string decision)
    {
        Reply? found = null;
        await Eventually.IsTrue(
            async () => (found = await admin.Get($"/api/admin/v1/risk/orders/{order.Id}")).Status == 200, "it is looked at");
        var decided = await admin.Post(
            $"/api/admin/v1/risk/orders/{order.Id}/decision", $$"""{"decision":"{{decision}}"}""",
            ("If-Match", found!.ETag!));
        Assert.Equal(200, decided.Status);
    }

    private sealed record Placed(string Id, long Number, long Pool);
}
