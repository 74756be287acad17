using Doorbuster.IntegrationTests.Orders;
using Doorbuster.Payments;
using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.IntegrationTests.Payments;

/// <summary>Our payments against the provider's list.</summary>
public sealed class ReconcileTests(OrderShop shop) : IClassFixture<OrderShop>
{
    private int _keys;

    [Fact]
    public async Task Books_that_agree_are_said_to_agree_and_webhooks_that_never_came_are_made_up_for()
    {
        var since = Now;
        var (_, paid, _) = await Approved();
        var (me, missed, order) = await Approved(delayMs: 60_000);    // for this test, never
        await Eventually.IsTrue(async () => await StateOf(paid) == "captured", "the payment is captured");
        Assert.Equal("pending", await StateOf(missed));

        var report = await Run(since);
        Assert.True(report.IsClean);
        Assert.Equal((2, 0), (report.Captures, report.Refunds));
        Assert.Equal(missed, Assert.Single(report.Applied).Payment);
        Assert.Equal("captured", await StateOf(missed));
        await Eventually.IsTrue(async () => await me.StateOf(order) == "paid", "the order is paid");

        var again = await Run(since);
        Assert.Empty(again.Applied);
        Assert.True(again.IsClean);
    }

    [Fact]
    public async Task What_differs_is_reported_and_left_alone()
    {
        var since = Now;
        var (_, amount, _) = await Approved();
        var (_, unknown, _) = await Approved();
        var (_, lost, _) = await Approved();
        foreach (var payment in new[] { amount, unknown, lost })
            await Eventually.IsTrue(async () => await StateOf(payment) == "captured", "the payment is captured");
        await Sql("update payments.sandbox_transactions set amount_minor = 1 where charge = (select id from payments.sandbox_charges where reference = $1)", amount);
        await Sql("update payments.sandbox_charges set reference = 'pay_0000000000001' where reference = $1", unknown);
        await Sql("delete from payments.sandbox_transactions where charge = (select id from payments.sandbox_charges where reference = $1)", lost);

        var report = await Run(since);
        Assert.Equal(
            [
                ("capture_differs", amount), ("capture_not_at_provider", unknown), ("capture_not_at_provider", lost),
                ("unknown_payment", "pay_0000000000001"),
            ],
            report.Differences.Select(one => (one.Kind, one.Payment)).OrderBy(one => one.Kind, StringComparer.Ordinal)
                .ThenBy(one => one.Payment, StringComparer.Ordinal));
        Assert.Equal(4, report.DifferenceCount);
        Assert.Empty(report.Applied);
        Assert.Equal("captured", await StateOf(amount));
    }

    [Fact]
    public async Task The_job_goes_on_from_where_it_ended()
    {
        var settings = shop.Services.GetRequiredService<PaymentSettings>();
        var job = ActivatorUtilities.CreateInstance<ReconcilePayments>(shop.Services);
        Assert.EndsWith("differences", await job.Run(default), StringComparison.Ordinal);
        var first = await settings.ReconciledTo(default);
        await job.Run(default);
        Assert.True(await settings.ReconciledTo(default) > first);
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private Task<ReconcileReport> Run(DateTimeOffset since) =>
        shop.Services.GetRequiredService<Reconciliation>().Run(since, Now.AddSeconds(1), default);

    private async Task<(Shopper Me, string Payment, string Order)> Approved(int delayMs = 0)
    {
        var me = shop.NewShopper();
        var order = await shop.Claim(me, await shop.NewSale());
        var payment = await me.Post(
            $"/api/v1/orders/{order}/payments", $$$"""{"sandbox":{"delayMs":{{{delayMs}}}}}""",
            $"reconcile-{Interlocked.Increment(ref _keys)}");
        Assert.Equal(201, payment.Status);
        await me.Post(new Uri(payment.Json.GetProperty("payUrl").GetString()!).AbsolutePath + "/approve");
        return (me, payment.Id, order);
    }

    private async Task<string> StateOf(string payment)
    {
        Assert.True(PublicId.TryParse("pay", payment, out var id));
        var found = await shop.Services.GetRequiredService<PaymentStore>().FindMany([id], default);
        return PaymentSteps.NameOf(found.Single().State);
    }

    private Task<int> Sql(string sql, string value) =>
        shop.Sql.Execute(sql, default, new NpgsqlParameter { Value = value });
}
