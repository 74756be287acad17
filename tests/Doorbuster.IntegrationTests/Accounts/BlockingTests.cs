using Doorbuster.IntegrationTests.Web;
using Doorbuster.Platform;

namespace Doorbuster.IntegrationTests.Accounts;

/// <summary>Whoever is blocked is out at once, and stays out until he is let in again.</summary>
public sealed class BlockingTests(WholeShop shop) : IClassFixture<WholeShop>
{
    private const string Why = """{"reason":"tried stolen cards"}""";

    [Fact]
    public async Task A_blocked_person_is_signed_out_cannot_sign_in_nor_claim_and_may_again_afterwards()
    {
        var admin = await shop.NewPerson(isAdmin: true);
        var email = $"blocked-{admin.Person}@example.test";
        var credentials = $$"""{"email":"{{email}}","password":"a-long-password"}""";
        var id = (await shop.Stranger().Post(
            "/api/v1/accounts", $$"""{"email":"{{email}}","password":"a-long-password","displayName":"Bea"}""")).Json
            .GetProperty("id").GetString()!;
        var session = (await shop.Stranger().Post("/api/v1/sessions", credentials)).Json.GetProperty("token").GetString()!;
        Assert.True(PublicId.TryParse("usr", id, out var number));
        var bea = new Caller(shop.Client, session, number);
        Assert.Equal(200, (await bea.Get("/api/v1/me")).Status);
        var sale = await NewSale(admin);

        var blocked = await admin.Post($"/api/admin/v1/people/{id}/block", Why);
        Assert.Equal(200, blocked.Status);
        Assert.Equal("tried stolen cards", blocked.Json.GetProperty("blockedBecause").GetString());
        Assert.Equal(200, (await admin.Post($"/api/admin/v1/people/{id}/block", """{"reason":"again"}""")).Status);

        Assert.Equal("account_blocked", (await shop.Stranger().Post("/api/v1/sessions", credentials)).Code);
        Assert.Equal("wrong_credentials", (await shop.Stranger().Post(
            "/api/v1/sessions", $$"""{"email":"{{email}}","password":"another-password"}""")).Code);
        Assert.Equal(401, (await bea.Get("/api/v1/me")).Status);
        Assert.Equal(401, (await bea.Post(
            "/api/v1/orders", """{"lines":[{"sku":"ANY","quantity":1}]}""", ("Idempotency-Key", "blocked-1"))).Status);
        Assert.Equal(401, (await bea.Post($"/api/v1/sales/{sale}/claims", null, ("Idempotency-Key", "blocked-2"))).Status);
        Assert.Single((await admin.Get($"/api/admin/v1/people?email={email}&blocked=true")).Data);
        Assert.Empty((await admin.Get($"/api/admin/v1/people?email={email}&blocked=false")).Data);

        Assert.Equal(200, (await admin.Post($"/api/admin/v1/people/{id}/unblock")).Status);
        Assert.Equal(201, (await shop.Stranger().Post("/api/v1/sessions", credentials)).Status);
        Assert.Equal(
            ["person.unblock", "person.block"],
            (await admin.Get($"/api/admin/v1/audit?subject={id}")).Data.Select(entry => entry.GetProperty("action").GetString()));
    }

    [Fact]
    public async Task Nobody_blocks_himself_nor_who_is_not_there_nor_without_a_reason()
    {
        var admin = await shop.NewPerson(isAdmin: true);
        var someone = PublicId.Format("usr", (await shop.NewPerson()).Person);

        Assert.Equal("cannot_block_yourself", (await admin.Post(
            $"/api/admin/v1/people/{PublicId.Format("usr", admin.Person)}/block", Why)).Code);
        Assert.Equal(404, (await admin.Post($"/api/admin/v1/people/{PublicId.Format("usr", 1)}/block", Why)).Status);
        Assert.Equal(400, (await admin.Post($"/api/admin/v1/people/{someone}/block", """{"reason":" "}""")).Status);
        Assert.Equal(403, (await (await shop.NewPerson()).Post($"/api/admin/v1/people/{someone}/block", Why)).Status);
        Assert.Equal(200, (await admin.Get($"/api/admin/v1/people/{someone}")).Status);
        Assert.Equal("invalid_cursor", (await admin.Get("/api/admin/v1/people?after=x")).Code);
    }

    private static async Task<string> NewSale(Caller admin)
    {
        var name = $"b{admin.Person}";
        Assert.Equal(201, (await admin.Post(
            "/api/admin/v1/catalog/categories", $$"""{"name":"{{name}}"}""", ("Idempotency-Key", name))).Status);
        Assert.Equal(201, (await admin.Post(
            "/api/admin/v1/catalog/products",
            $$"""{"title":"A thing","category":"{{name}}","variants":[{"sku":"{{name}}","price":{"amount":100,"currency":"GBP"},"stock":3}]}""",
            ("Idempotency-Key", name))).Status);
        var sale = await admin.Post(
            "/api/admin/v1/sales", $$"""{"sku":"{{name}}","units":2,"price":{"amount":50,"currency":"GBP"} }""",
            ("Idempotency-Key", name));
        return sale.Json.GetProperty("id").GetString()!;
    }
}
