using System.Text.Json;
using Doorbuster.Carts;
using Doorbuster.Catalog;
using Doorbuster.Catalog.Import;
using Doorbuster.Contracts.Books;
using Doorbuster.Contracts.Catalog;
using Doorbuster.Contracts.Claims;
using Doorbuster.IntegrationTests.Orders;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.IntegrationTests.Carts;

/// <summary>Whole purchases on two processes of the built program, and a third that is killed.</summary>
public sealed class CheckoutRaceTests(TwoShops shops) : IClassFixture<TwoShops>, IAsyncLifetime
{
    private static int _skus;

    private IBooks Books => shops.Services.GetRequiredService<IBooks>();

    public async ValueTask InitializeAsync() => await DemoShipping.Seed(shops.Services, CancellationToken.None);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Of_200_units_and_800_attempts_by_64_buyers_at_once_exactly_200_are_sold()
    {
        var (sku, pool) = await NewStock(200);
        var buyers = Enumerable.Range(0, 64).Select(_ => shops.NewShopper()).ToList();

        var outcomes = await Task.WhenAll(buyers.Select((buyer, i) => Buy(buyer, sku, attempts: i < 32 ? 13 : 12)));

        var codes = outcomes.SelectMany(one => one).ToList();
        Assert.Equal(800, codes.Count);
        Assert.All(codes, code => Assert.True(code is "sold" or "out_of_stock", code));
        Assert.Equal(200, codes.Count(code => code == "sold"));
        var audit = await shops.Services.GetRequiredService<IClaims>().Audit(pool, CancellationToken.None);
        Assert.Equal((200L, 0L), (audit!.Kept, audit.Free));
        Assert.Equal(200, await Count("select count(*) from orders.orders where state = 1"));
        Assert.Equal(0, await Count("select count(*) from carts.checkouts where state in (1, 5)"));
    }

    [Fact]
    public async Task What_a_killed_process_left_in_the_middle_is_finished_and_points_are_spent_once()
    {
        const int people = 40;
        var (sku, pool) = await NewStock(1_000);
        var buyers = Enumerable.Range(0, people).Select(_ => shops.NewShopper()).ToList();
        foreach (var buyer in buyers)
            await Books.Post(
                BookEntry.Move(
                    $"test:{buyer.Person}", "test", DateTimeOffset.UnixEpoch, BookUnits.Points, 1_000,
                    BookAccounts.OfHouse("test"), BookAccounts.OfPerson(buyer.Person)), CancellationToken.None);
        var checkouts = await Task.WhenAll(buyers.Select(async buyer =>
            (await buyer.PostUntilAnswered("/api/v1/checkouts", JsonSerializer.Serialize(new
            {
                items = new[] { new { sku, quantity = 1 } },
                shipTo = Shopper.Home,
                shippingMethod = "standard",
                points = 200,
            }), shops.NewKey())).Id));

        var victim = await RunningShop.Serve(
            shops.Addresses, settings: new() { ["Postgres:PoolMax"] = "6", ["Carts:OrderLease"] = "00:00:02" });
        var answered = 0;
        var asked = buyers.Zip(checkouts, async (buyer, checkout) =>
        {
            try
            {
                await new Shopper(() => victim.Client, buyer.Token, buyer.Person)
                    .Post($"/api/v1/checkouts/{checkout}/order", key: checkout);
                Interlocked.Increment(ref answered);
            }
            catch (HttpRequestException)
            {
                // It was killed.
            }
        }).ToList();
        await Eventually.IsTrue(() => Volatile.Read(ref answered) > 3, "some orders were answered");
        await victim.Kill();
        await Task.WhenAll(asked);
        await victim.DisposeAsync();
        var left = await Count("select count(*) from carts.checkouts where state in (1, 5)");
        TestContext.Current.TestOutputHelper?.WriteLine($"{answered} answered, {left} left in the middle");

        // Half of them ask again, the others give up: the job finishes what was begun.
        await Task.WhenAll(buyers.Zip(checkouts).Where((_, i) => i % 2 == 0).Select(pair => Insist(pair.First, pair.Second)));
        await Eventually.IsTrue(
            async () => await Count("select count(*) from carts.checkouts where state in (1, 5)") == 0, "all are finished");

        var ordered = 0;
        foreach (var (buyer, checkout) in buyers.Zip(checkouts))
        {
            var view = (await buyer.Get($"/api/v1/checkouts/{checkout}")).Json;
            var isOrdered = view.GetProperty("state").GetString() == "ordered";
            ordered += isOrdered ? 1 : 0;
            Assert.Equal(
                isOrdered ? 800 : 1_000,
                await Books.Balance(BookAccounts.OfPerson(buyer.Person), BookUnits.Points, CancellationToken.None));
            if (isOrdered)
                Assert.Equal("placed", await buyer.StateOf(view.GetProperty("orderId").GetString()!));
        }
        Assert.InRange(ordered, people / 2, people);
        var audit = await shops.Services.GetRequiredService<IClaims>().Audit(pool, CancellationToken.None);
        Assert.Equal((long)ordered, audit!.Held);
    }

    private async Task<List<string>> Buy(Shopper buyer, string sku, int attempts)
    {
        var codes = new List<string>();
        for (var i = 0; i < attempts; i++)
            codes.Add(await Buy(buyer, sku));
        return codes;
    }

    /// <summary>One purchase as a client makes it: cart, checkout, order, pay.</summary>
    private async Task<string> Buy(Shopper buyer, string sku)
    {
        var cart = await buyer.PostUntilAnswered(
            "/api/v1/cart/items", JsonSerializer.Serialize(new { sku, quantity = 1 }), shops.NewKey());
        if (cart.Status != 200)
            return cart.Code!;
        var checkout = await buyer.PostUntilAnswered(
            "/api/v1/checkouts", JsonSerializer.Serialize(new { shipTo = Shopper.Home, shippingMethod = "standard" }), shops.NewKey());
        if (checkout.Status != 201)
        {
            await buyer.Ask("DELETE", "/api/v1/cart");
            return checkout.Code!;
        }
        var ordered = await Insist(buyer, checkout.Id);
        if (ordered.Status != 201)
        {
            await buyer.Ask("DELETE", "/api/v1/cart");
            return ordered.Code!;
        }
        var order = ordered.Json.GetProperty("orderId").GetString()!;
        var payment = await buyer.PostUntilAnswered($"/api/v1/orders/{order}/payments", "{}", shops.NewKey());
        await buyer.PostUntilAnswered(new Uri(payment.Json.GetProperty("payUrl").GetString()!).AbsolutePath + "/approve");
        await Eventually.IsTrue(async () => await buyer.StateOf(order) == "paid", "the order is paid", TimeSpan.FromSeconds(60));
        return "sold";
    }

    private static async Task<Reply> Insist(Shopper buyer, string checkout)
    {
        while (true)
        {
            var reply = await buyer.PostUntilAnswered($"/api/v1/checkouts/{checkout}/order", key: checkout);
            if (reply.Code != "order_in_progress")
                return reply;
            await Task.Delay(50);
        }
    }

    private async Task<(string Sku, long Pool)> NewStock(long units)
    {
        var sku = $"RACE-{Interlocked.Increment(ref _skus)}";
        await shops.Services.GetRequiredService<CatalogImport>().FromRows(
            [
                new CatalogRow
                {
                    Sku = sku, Product = sku, Title = "A thing", Category = "Gifts", PriceMinor = 1_250, Currency = "GBP",
                    Stock = units,
                },
            ], sku, CancellationToken.None);
        var variant = await shops.Services.GetRequiredService<ICatalog>().FindVariant(sku, CancellationToken.None);
        return (sku, variant!.StockPool);
    }

    private async Task<long> Count(string sql) =>
        (await shops.Sql.Query(sql, row => row.GetInt64(0), CancellationToken.None))[0];
}
