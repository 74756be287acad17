using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Doorbuster.IntegrationTests.Running;

/// <summary>The same work by one process of each role, which share nothing but the stores.</summary>
public sealed class RolesTests(SharedStores stores)
{
    [Fact]
    public async Task A_purchase_goes_through_a_shop_a_sale_and_a_worker_process()
    {
        var addresses = await stores.NewDatabase();
        var processes = await Task.WhenAll(
            RunningShop.Serve(addresses, "worker"), RunningShop.Serve(addresses, "shop"), RunningShop.Serve(addresses, "sale"));
        await using var worker = processes[0];
        await using var shop = processes[1];
        await using var sale = processes[2];
        var products = Path.Combine(RunningShop.NewFolder(), "products.csv");
        await File.WriteAllTextAsync(
            products, "sku,title,category,price,currency,stock\nMUG,Mug,Kitchen,12.00,GBP,10\n");
        await shop.Ask("catalog", "import", products);
        var made = await shop.Ask(
            "sale", "create", "--product", "MUG", "--units", "5", "--limit", "1", "--price", "9.99");
        var id = made.GetProperty("id").GetString();

        var token = await Register(shop);
        using var answer = await Claim(sale, id!, token);
        var claim = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("claim");
        var order = claim.GetProperty("orderId").GetString();

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        await Eventually.IsTrue(
            async () => (await Orders(shop, token)).Contains(order!, StringComparison.Ordinal),
            "the worker wrote the order");
        Assert.True((await shop.Ask("sale", "audit", id!)).GetProperty("clean").GetBoolean());
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await shop.Client.GetAsync(new Uri("/api/v1/sales", UriKind.Relative))).StatusCode);
    }

    private static async Task<string> Register(RunningShop shop)
    {
        using var made = await shop.Client.PostAsJsonAsync(
            new Uri("/api/v1/accounts", UriKind.Relative),
            new { email = "buyer@example.test", password = "a long password", displayName = "Buyer" });
        made.EnsureSuccessStatusCode();
        using var session = await shop.Client.PostAsJsonAsync(
            new Uri("/api/v1/sessions", UriKind.Relative),
            new { email = "buyer@example.test", password = "a long password" });
        return (await session.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
    }

    private static async Task<HttpResponseMessage> Claim(RunningShop sale, string id, string token)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri($"/api/v1/sales/{id}/claims", UriKind.Relative))
        { Content = JsonContent.Create(new { quantity = 1 }) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Add("Idempotency-Key", "one");
        return await sale.Client.SendAsync(request);
    }

    private static async Task<string> Orders(RunningShop shop, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/v1/orders", UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await shop.Client.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }
}
