using System.Globalization;
using Doorbuster.Accounts;
using Doorbuster.Contracts.Claims;
using Doorbuster.Contracts.Notices;
using Doorbuster.Contracts.Orders;
using Doorbuster.IntegrationTests.Orders;
using Doorbuster.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.IntegrationTests.Web;

/// <summary>
/// How to make one thing of each kind that belongs to somebody, by the beginning of the routes that name it. An endpoint
/// with an id in its route that is neither here nor in <see cref="NotPersonal"/> fails <see cref="OwnerTests"/>: add it.
/// </summary>
internal static class Belongings
{
    private static int _count;

    /// <summary>Routes whose parameters name what everybody may see or take from, and how to make one.</summary>
    public static readonly (string Route, Func<WholeShop, Task<string>> Make)[] NotPersonal =
    [
        ("/api/v1/sales/{id}/claims", Sale),
        ("/api/v1/coupon-offers/{id}/claims", Offer),
        ("/api/v1/red-packets/{id}", RedPacket),
        ("/api/v1/cart/items/{sku}", _ => Task.FromResult(Sku)),
        ("/api/v1/me/sign-ins/{month}", _ => Task.FromResult("2026-11")),    // one's own, whoever asks
    ];

    public static readonly (string Route, Func<WholeShop, Caller, Task<string>> Make)[] Personal =
    [
        ("/api/v1/orders/{id}", async (shop, owner) => await Order(shop, owner)),
        ("/api/v1/payments/{id}", Payment),
        ("/api/v1/tickets/{id}", Ticket),
        ("/api/v1/sessions/{id}", Session),
        ("/api/v1/me/addresses/{id}", Address),
        ("/api/v1/me/notices/{id}", Notice),
        ("/api/v1/me/coupons/{id}", Coupon),
        ("/api/v1/checkouts/{id}", Checkout),
    ];

    /// <summary>A body that is fine, where an endpoint needs one.</summary>
    public static readonly Dictionary<string, string> Bodies = new()
    {
        ["PUT /api/v1/me/addresses/{id}"] = AddressBody,
        ["POST /api/v1/orders/{id}/payments"] = "{}",
        ["POST /api/v1/orders/{id}/return"] = """{"reason":"too small"}""",
        ["PATCH /api/v1/checkouts/{id}"] = """{"email":"ada@example.test"}""",
    };

    private const string AddressBody =
        """{"name":"Ada","line1":"1 Street","city":"London","postalCode":"N1 1AA","country":"GB"}""";

    public const string Sku = "MIDNIGHT-MUG";

    private static string Key => string.Create(CultureInfo.InvariantCulture, $"belongings-{Interlocked.Increment(ref _count)}");

    private static Task<string> Sale(WholeShop shop) => MadeByAdmin(
        shop, "/api/admin/v1/sales",
        $$$"""{"sku":"{{{Sku}}}","units":5,"price":{"amount":999,"currency":"GBP"}}""");

    private static Task<string> Offer(WholeShop shop) => MadeByAdmin(
        shop, "/api/admin/v1/coupon-templates",
        $$"""{"handle":"{{Key.ToUpperInvariant()}}","title":"One off","claimBy":"click","currency":"GBP","amount":100}""");

    private static Task<string> RedPacket(WholeShop shop) => MadeByAdmin(
        shop, "/api/admin/v1/red-packets",
        """{"title":"Luck","amount":100,"currency":"GBP","parts":2,"kind":"equal"}""");

    private static async Task<string> MadeByAdmin(WholeShop shop, string path, string body)
    {
        var boss = await shop.NewPerson(isAdmin: true);
        return Id(await boss.Post(path, body, ("Idempotency-Key", Key)));
    }

    private static async Task<string> Order(WholeShop shop, Caller owner)
    {
        var ids = shop.Services.GetRequiredService<Ids>();
        var pool = new PoolDefinition { Id = ids.Next(), Kind = "stock", Total = 5, Hold = TimeSpan.FromMinutes(15) };
        Assert.Equal(PoolOutcome.Done, await shop.Services.GetRequiredService<IClaims>().Create(pool, default));
        var placed = await shop.Services.GetRequiredService<IOrderPlacing>().Place(
            new OrderDraft
            {
                Checkout = ids.NextFor(owner.Person),
                Person = owner.Person,
                Currency = "GBP",
                Lines = [new(Sku, "A mug", 1, 1_250, pool.Id)],
                Adjustments = [],
                TotalMinor = 1_250,
            }, default);
        Assert.Equal(PlacingOutcome.Placed, placed.Outcome);
        return PublicId.Format("ord", placed.Order);
    }

    private static async Task<string> Payment(WholeShop shop, Caller owner)
    {
        var order = await Order(shop, owner);
        return Id(await owner.Post($"/api/v1/orders/{order}/payments", "{}", ("Idempotency-Key", Key)));
    }

    private static async Task<string> Ticket(WholeShop shop, Caller owner)
    {
        var sale = await Sale(shop);
        var claimed = await owner.Post($"/api/v1/sales/{sale}/claims", """{"quantity":1}""", ("Idempotency-Key", Key));
        Assert.True(claimed.Status is 201 or 202, claimed.Body);
        return "tkt_" + claimed.Json.GetProperty("claim").GetProperty("id").GetString()!["clm_".Length..];
    }

    private static async Task<string> Session(WholeShop shop, Caller owner)
    {
        var (session, _) = await shop.Services.GetRequiredService<Sessions>().Start(owner.Person, isAdmin: false, default);
        return PublicId.Format("ses", session.Id);
    }

    private static async Task<string> Address(WholeShop shop, Caller owner) =>
        Id(await owner.Post("/api/v1/me/addresses", AddressBody, ("Idempotency-Key", Key)));

    private static async Task<string> Notice(WholeShop shop, Caller owner)
    {
        await shop.Publish(new SendNotice { Key = Key, Person = owner.Person, Kind = "test", Title = "A", Text = "B" });
        await shop.Settled();
        return (await owner.Get("/api/v1/me/notices")).Data[0].GetProperty("id").GetString()!;
    }

    private static async Task<string> Coupon(WholeShop shop, Caller owner)
    {
        var offer = await Offer(shop);
        var claimed = await owner.Post($"/api/v1/coupon-offers/{offer}/claims", null, ("Idempotency-Key", Key));
        Assert.True(claimed.Status == 201, claimed.Body);
        return (await owner.Get("/api/v1/me/coupons")).Data[0].GetProperty("id").GetString()!;
    }

    private static async Task<string> Checkout(WholeShop shop, Caller owner) => Id(await owner.Post(
        "/api/v1/checkouts", $$"""{"items":[{"sku":"{{Sku}}","quantity":1}]}""", ("Idempotency-Key", Key)));

    private static string Id(Reply made)
    {
        Assert.True(made.Status is 200 or 201 or 202, made.Body);
        return made.Json.GetProperty("id").GetString()!;
    }
}
