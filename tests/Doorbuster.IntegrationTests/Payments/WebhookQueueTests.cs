using Doorbuster.IntegrationTests.Orders;

namespace Doorbuster.IntegrationTests.Payments;

public sealed class WebhookQueueTests(OrderShop shop) : IClassFixture<OrderShop>
{
    [Fact]
    public async Task A_webhook_that_was_not_sent_yet_survives_the_end_of_the_process()
    {
        var me = shop.NewShopper();
        var order = await shop.Claim(me, await shop.NewSale());
        var payment = await me.Post($"/api/v1/orders/{order}/payments", """{"sandbox":{"delayMs":3000}}""", "queue-1");
        await me.Post(new Uri(payment.Json.GetProperty("payUrl").GetString()!).AbsolutePath + "/approve");

        await shop.Restart();    // on another port, too

        Assert.Equal("placed", await me.StateOf(order));
        await Eventually.IsTrue(async () => await me.StateOf(order) == "paid", "the order is paid");
    }
}
