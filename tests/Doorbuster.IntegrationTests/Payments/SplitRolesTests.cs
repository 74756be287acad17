using Doorbuster.Accounts;
using Doorbuster.Catalog;
using Doorbuster.Catalog.Import;
using Doorbuster.IntegrationTests.Orders;
using Doorbuster.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.IntegrationTests.Payments;

/// <summary>The built program as two processes: one has the endpoints, the other the consumers and jobs.</summary>
public sealed class SplitRolesTests(Database database) : IClassFixture<Database>
{
    private const string Sku = "SPLIT-1";

    [Fact]
    public async Task Orders_are_paid_and_refunded_across_processes_also_after_the_worker_was_killed()
    {
        var token = await Prepare();
        var processes = await Task.WhenAll(
            RunningShop.Serve(database.Addresses, "shop"), RunningShop.Serve(database.Addresses, "worker"));
        await using var shop = processes[0];
        await using var worker = processes[1];
        var me = new Shopper(() => shop.Client, token, person: 0);

        // The worker finds the provider's endpoints, and ours, where the other process said they are.
        var (paid, _) = await Order(me, "first", approve: true);
        await Eventually.IsTrue(async () => await me.StateOf(paid) == "paid", "the order is paid");
        var (cancelled, payment) = await Order(me, "second", approve: false);
        await me.Post($"/api/v1/orders/{cancelled}/cancellation");
        await Approve(me, payment);
        await Eventually.IsTrue(async () => await PaymentState(me, payment) == "refunded", "the money went back");

        await worker.Kill();
        var (waiting, _) = await Order(me, "third", approve: true);
        Assert.Equal("placed", await me.StateOf(waiting));
        await worker.Start();
        await Eventually.IsTrue(
            async () => await me.StateOf(waiting) == "paid", "the order is paid", TimeSpan.FromSeconds(90));
    }

    private async Task<string> Prepare()
    {
        var services = await database.StartProcess(Work.None);
        var row = new CatalogRow
        {
            Sku = Sku,
            Product = Sku,
            Title = "A thing",
            Category = "Things",
            PriceMinor = 100,
            Currency = "GBP",
            Stock = 10,
        };
        await services.GetRequiredService<CatalogImport>().FromRows([row], "split", CancellationToken.None);
        using var tokens = new StringWriter();
        await services.GetRequiredService<MakeTokens>().Run(1, "split", tokens, _ => { }, CancellationToken.None);
        return tokens.ToString().Trim();
    }

    private static async Task<(string Order, Reply Payment)> Order(Shopper me, string key, bool approve)
    {
        var order = await me.PostUntilAnswered(
            "/api/v1/orders", $$"""{"lines":[{"sku":"{{Sku}}","quantity":1}]}""", key);
        Assert.True(order.Status == 201, order.Body);
        var payment = await me.PostUntilAnswered($"/api/v1/orders/{order.Id}/payments", key: key);
        Assert.True(payment.Status == 201, payment.Body);
        if (approve)
            await Approve(me, payment);
        return (order.Id, payment);
    }

    private static async Task Approve(Shopper me, Reply payment)
    {
        var url = new Uri(payment.Json.GetProperty("payUrl").GetString()!).AbsolutePath;
        Assert.Equal(200, (await me.PostUntilAnswered(url + "/approve")).Status);
    }

    private static async Task<string?> PaymentState(Shopper me, Reply payment) =>
        (await me.Get($"/api/v1/payments/{payment.Id}")).Json.GetProperty("state").GetString();
}
