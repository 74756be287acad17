using Doorbuster.Contracts.Books;
using Doorbuster.Contracts.Payments;
using Doorbuster.IntegrationTests.Orders;
using Doorbuster.Payments;
using Doorbuster.Platform;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.IntegrationTests.Payments;

/// <summary>Money that goes back in parts: never more than came, each part once, and all of it in the books.</summary>
public sealed class RefundTests(OrderShop shop) : IClassFixture<OrderShop>
{
    private const long Price = OrderShop.PriceMinor;

    [Fact]
    public async Task Parts_go_back_one_by_one_until_all_of_it_has()
    {
        await Listen();
        var (me, payment, _) = await Paid();
        await Refund(payment, 250, "first");
        await Until(me, payment, "partly_refunded", refunded: 250);
        await Refund(payment, 250, "first");    // again: nothing
        await Refund(payment, 1_000, "second");
        await Until(me, payment, "refunded", refunded: Price);

        var view = (await me.Get($"/api/v1/payments/{payment.Public}")).Json;
        Assert.Equal(
            ["first 250", "second 1000"],
            view.GetProperty("refunds").EnumerateArray().Select(one =>
                $"{one.GetProperty("name").GetString()} {one.GetProperty("amount").GetProperty("amount").GetInt64()}"));
        Assert.Equal(250 + 1_000, await AtProvider(payment));
        await NothingUnderWay();
        Assert.Equal(
            ["first:250", "second:1000"],
            await Texts(
                """
                select body ->> 'refund' || ':' || (body ->> 'amountMinor') from test_said
                where type = 'PaymentRefunded' and body ->> 'payment' = $1 order by 1
                """, $"{payment.Id}"));
    }

    [Fact]
    public async Task Many_parts_at_once_never_give_back_more_than_came()
    {
        var (me, payment, _) = await Paid();
        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Refund(payment, 400, $"part-{i}")));
        // 1250 has room for three; the others are tried until they are dead letters.
        await Eventually.IsTrue(async () => await AtProvider(payment) == 1_200, "three parts went back");
        await Until(me, payment, "partly_refunded", refunded: 1_200);
        Assert.Equal(3, await Count("select count(*) from payments.refunds where payment = $1", payment.Id));
        await Refund(payment, 50, "rest");
        await Until(me, payment, "refunded", refunded: Price);
        Assert.Equal(Price, await AtProvider(payment));
    }

    [Fact]
    public async Task The_database_itself_refuses_to_promise_more_than_came()
    {
        var (_, payment, _) = await Paid();
        var error = await Assert.ThrowsAsync<PostgresException>(() => shop.Sql.Execute(
            "update payments.payments set promised_minor = amount_minor + 1 where id = $1", default,
            new NpgsqlParameter { Value = payment.Id }));
        Assert.Equal("refunded_within_captured", error.ConstraintName);
    }

    [Fact]
    public async Task What_the_provider_gave_back_by_hand_counts_and_leaves_that_much_less()
    {
        var (me, payment, _) = await Paid();
        await ByHand(payment, 1_000);
        await Until(me, payment, "partly_refunded", refunded: 1_000);
        await Refund(payment, 251, "too-much");
        await Refund(payment, 250, "rest");
        await Until(me, payment, "refunded", refunded: Price);
        Assert.Equal(Price, await AtProvider(payment));
    }

    [Fact]
    public async Task What_the_provider_refuses_is_not_promised_any_more()
    {
        var (me, payment, _) = await Paid();
        // By hand, and its webhook is lost: the provider has less left than we think.
        await ByHand(payment, 1_000, loseWebhook: true);
        await Refund(payment, 500, "refused");
        await Eventually.IsTrue(
            async () => await Count("select attempts from messaging.outbox where type = 'RefundPayment' and body ->> 'payment' = $1", $"{payment.Id}") > 1,
            "the provider refused it");
        await Eventually.IsTrue(
            async () => (await me.Get($"/api/v1/payments/{payment.Public}")).Json.GetProperty("state").GetString() == "captured",
            "nothing is promised");
        await shop.Services.GetRequiredService<Reconciliation>().Run(Now.AddHours(-1), Now, default);
        await Until(me, payment, "partly_refunded", refunded: 1_000);
    }

    [Fact]
    public async Task Captures_and_refunds_are_in_the_books_and_tell_what_the_provider_holds()
    {
        var books = shop.Services.GetRequiredService<IBooks>();
        var (me, payment, order) = await Paid();
        await Refund(payment, 300, "first");
        await Until(me, payment, "partly_refunded", refunded: 300);
        await Eventually.IsTrue(async () => await Count("select count(*) from payments.unbooked") == 0, "all is booked");
        Assert.Equal(
            [$"{payment.Public}:captured 1250", $"{payment.Public}:refunded:first -300"],
            await Texts(
                """
                select e.key || ' ' || p.amount from books.entries e join books.postings p on p.entry = e.id
                where p.account = 'house:payment_provider' and e.key like $1 || ':%' order by 1
                """, payment.Public));
        Assert.NotEmpty(order);

        await Eventually.IsTrue(
            async () => await books.Balance("house:payment_provider", "GBP", default) == await Count(
                "select coalesce(sum(amount_minor) filter (where refund is null), 0)::bigint - coalesce(sum(amount_minor) filter (where refund is not null), 0)::bigint from payments.sandbox_transactions"),
            "the books say what the provider holds");
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private async Task<(Shopper Me, (long Id, string Public) Payment, string Order)> Paid()
    {
        var me = shop.NewShopper();
        var order = await shop.Claim(me, await shop.NewSale());
        var payment = await me.Pay(order, Key());
        Assert.True(PublicId.TryParse("pay", payment.Id, out var id));
        return (me, (id, payment.Id), order);
    }

    private async Task Refund((long Id, string Public) payment, long amount, string name)
    {
        await using var connection = await shop.Sql.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await transaction.Publish(
            new RefundPayment
            {
                Payment = payment.Id,
                Order = 1,
                AmountMinor = amount,
                Currency = "GBP",
                Refund = name,
                Reason = "returned",
            }, default);
        await transaction.CommitAsync();
    }

    private async Task ByHand((long Id, string Public) payment, long amount, bool loseWebhook = false)
    {
        var charge = (await Texts("select id from payments.sandbox_charges where reference = $1", payment.Public)).Single();
        if (loseWebhook)    // it leaves when nobody asks any more
            await shop.Sql.Execute(
                "update payments.sandbox_charges set delay_ms = 3600000 where id = $1", default,
                new NpgsqlParameter { Value = charge });
        using var client = new HttpClient { BaseAddress = shop.BaseAddress };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/sandbox-payments/charges/{charge}/refunds")
        {
            Content = new StringContent(
                $$"""{"amount":{{amount}},"currency":"GBP"}""", System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new("Bearer", await shop.Services.GetRequiredService<PaymentSettings>().ApiSecret(default));
        request.Headers.Add("Idempotency-Key", Key());
        using var answer = await client.SendAsync(request);
        Assert.Equal(201, (int)answer.StatusCode);
    }

    private static async Task Until(Shopper me, (long Id, string Public) payment, string state, long refunded) =>
        await Eventually.IsTrue(async () =>
        {
            var view = (await me.Get($"/api/v1/payments/{payment.Public}")).Json;
            return view.GetProperty("state").GetString() == state
                && view.GetProperty("refunded").GetProperty("amount").GetInt64() == refunded;
        }, $"{state}, {refunded} refunded");

    private Task<long> AtProvider((long Id, string Public) payment) => Count(
        """
        select coalesce(sum(r.amount_minor), 0)::bigint
        from payments.sandbox_refunds r join payments.sandbox_charges c on c.id = r.charge where c.reference = $1
        """, payment.Public);

    private Task NothingUnderWay() => Eventually.IsTrue(
        async () => await Count("select count(*) from messaging.outbox where attempts = 0") == 0, "all was handled");

    // Keeps what is said, which is gone from the outbox once everybody heard it.
    private Task<int> Listen() => shop.Sql.Execute(
        """
        create table if not exists test_said (type text, body json);
        create or replace function test_say() returns trigger language plpgsql as $$
        begin insert into test_said values (new.type, new.body); return null; end $$;
        create or replace trigger test_says after insert on messaging.outbox for each row execute function test_say();
        """, default);

    private async Task<long> Count(string sql, object? value = null) => (await shop.Sql.Query(
        sql, row => Convert.ToInt64(row.GetValue(0), System.Globalization.CultureInfo.InvariantCulture), default,
        value is null ? [] : [new NpgsqlParameter { Value = value }])).FirstOrDefault();

    private Task<List<string>> Texts(string sql, string value) =>
        shop.Sql.Query(sql, row => row.GetString(0), default, new NpgsqlParameter { Value = value });

    private static string Key() => $"refund-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow())}";
}
