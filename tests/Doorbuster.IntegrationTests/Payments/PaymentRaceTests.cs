using Doorbuster.Contracts.Claims;
using Doorbuster.IntegrationTests.Orders;
using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Npgsql;

namespace Doorbuster.IntegrationTests.Payments;

/// <summary>
/// A payment that meets a release: approval, cancellation and the end of the hold, at the same instant.
/// </summary>
public sealed class PaymentRaceTests(OrderShop shop) : IClassFixture<OrderShop>
{
    private const int Rounds = 4;
    private const int BuyersOfRound = 50;
    private const int AtOnce = 16;

    [Fact]
    public async Task Exactly_one_wins_and_no_money_is_kept_for_a_released_order()
    {
        var random = new Random(20261120);
        var ends = new List<End>();
        var sales = await Task.WhenAll(Enumerable.Range(0, Rounds).Select(_ => shop.NewSale(
            total: BuyersOfRound * 2, hold: TimeSpan.FromMinutes(5))));
        foreach (var sale in sales)
        {
            var (buyers, fates) = (new Buyer[BuyersOfRound], new int[BuyersOfRound]);
            var shoppers = new Shopper[BuyersOfRound];
            for (var i = 0; i < BuyersOfRound; i++)
                (shoppers[i], fates[i]) = (shop.NewShopper(), random.Next(4));
            await Parallel.ForAsync(
                0, BuyersOfRound, new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
                async (i, _) => buyers[i] = await Buy(shoppers[i], sale, i, fates[i]));
            // All are there: now the hold of all of them ends in a moment, however long it took to get them here.
            await shop.Sql.Execute(
                "update claims.claims set deadline = now() + interval '1500 milliseconds' where pool = $1 and state = 0",
                CancellationToken.None, new NpgsqlParameter { Value = sale });
            await Task.WhenAll(
                buyers.Select((buyer, i) => Race(buyer.Shopper, buyer.Order, buyer.Payment, buyer.Fate, i)));
            ends.AddRange(
                await Task.WhenAll(buyers.Select(buyer => Settle(buyer.Shopper, buyer.Order, buyer.Payment.Id))));

            var audit = await shop.Claims.Audit(sale, CancellationToken.None);
            var ofRound = ends.TakeLast(BuyersOfRound).ToList();
            Assert.Equal(ofRound.Where(end => end.Claim == ClaimState.Kept).Sum(end => end.Quantity), audit!.Kept);
            Assert.Equal(BuyersOfRound * 2 - audit.Kept, audit.Free);
        }

        Assert.All(ends, end => Assert.True(end.IsRight, end.ToString()));
        Assert.Contains(ends, end => end.Order == "paid");
        Assert.Contains(ends, end => end is { Order: "cancelled", Payment: "refunded" });

        // The provider's books and the shop's orders agree to the penny.
        var paid = ends.Where(end => end.Order == "paid").Sum(end => end.Quantity * OrderShop.PriceMinor);
        Assert.Equal(paid, await Sum("select sum(total_minor)::bigint from orders.orders where state = 1"));
        Assert.Equal(paid, await Sum(
            """
            select (sum(c.amount_minor) - coalesce((select sum(amount_minor) from payments.sandbox_refunds), 0))::bigint
            from payments.sandbox_charges c where c.state = 1
            """));
        Assert.Equal(0, await Sum("select count(*) from messaging.dead_letters"));
    }

    private async Task<Buyer> Buy(Shopper shopper, long sale, int number, int fate)
    {
        var order = await shop.Claim(shopper, sale, quantity: 1 + number % 2);
        var payment = await shopper.PostUntilAnswered(
            $"/api/v1/orders/{order}/payments", $$$"""{"sandbox":{"duplicateWebhooks":{{{1 + number % 3}}}}}""",
            $"race-{number}");
        return new(shopper, order, payment, fate);
    }

    private async Task Race(Shopper shopper, string order, Reply payment, int fate, int number)
    {
        var approve = new Uri(payment.Json.GetProperty("payUrl").GetString()!).AbsolutePath + "/approve";
        var claim = (await shop.Claims.Find(Number(order), CancellationToken.None))!;

        // All at the same instant, and some of them at that at which the hold ends, give or take what the machine does.
        var left = claim.Deadline!.Value - TimeProvider.System.GetUtcNow();
        if (fate < 2 && left > TimeSpan.Zero)
            await Task.Delay(left - TimeSpan.FromMilliseconds(Math.Min(left.TotalMilliseconds, number % 10 * 20)));
        var moves = new List<Task<Reply>> { shopper.PostUntilAnswered(approve) };
        if (fate != 0)
            moves.Insert(number % 2, shopper.PostUntilAnswered($"/api/v1/orders/{order}/cancellation"));
        await Task.WhenAll(moves);
    }

    private async Task<End> Settle(Shopper shopper, string order, string payment)
    {
        End end = null!;
        await Eventually.IsTrue(
            async () => (end = await Read(shopper, order, payment)).IsRight, $"{order} settles",
            TimeSpan.FromSeconds(60));
        return end;
    }

    private async Task<End> Read(Shopper shopper, string order, string payment)
    {
        var read = await shopper.Get($"/api/v1/orders/{order}");
        var claim = (await shop.Claims.Find(Number(order), CancellationToken.None))!;
        return new End(
            order, claim.Quantity, read.Json.GetProperty("state").GetString()!, claim.State,
            (await shopper.Get($"/api/v1/payments/{payment}")).Json.GetProperty("state").GetString()!);
    }

    private async Task<long> Sum(string sql) =>
        (await shop.Sql.Query(sql, row => row.GetInt64(0), CancellationToken.None)).Single();

    private static long Number(string order) =>
        PublicId.TryParse("ord", order, out var number) ? number : throw new ArgumentException(order);

    private sealed record Buyer(Shopper Shopper, string Order, Reply Payment, int Fate);

    private sealed record End(string Id, int Quantity, string Order, ClaimState Claim, string Payment)
    {
        // Every charge was approved, so all money was taken once: it is kept for a paid order or went back, also of an
        // order that was paid when its cancellation came. What is not paid for is free again.
        public bool IsRight => (Order, Claim, Payment)
            is ("paid", ClaimState.Kept, "captured") or ("cancelled", ClaimState.Released, "refunded")
                or ("refunded", ClaimState.Released, "refunded");
    }
}
