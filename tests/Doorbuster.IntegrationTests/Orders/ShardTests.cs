using System.Collections.Concurrent;
using Doorbuster.Contracts.Payments;
using Doorbuster.Orders;
using Doorbuster.Orders.Sharding;
using Doorbuster.Platform;
using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.IntegrationTests.Orders;

/// <summary>Orders in three databases, and buckets that move between them.</summary>
public sealed class ShardTests(ShardedShop sharded, ITestOutputHelper output) : IClassFixture<ShardedShop>
{
    private static readonly CancellationToken Cancel = CancellationToken.None;
    private static int _keys;

    private OrderShop Shop => sharded.Shop;

    private ShardMover Mover => Shop.Services.GetRequiredService<ShardMover>();

    [Fact]
    public async Task The_orders_of_a_sale_are_in_the_shards_of_their_buyers()
    {
        var sale = await Shop.NewSale();
        var buyers = Enumerable.Range(0, 60).Select(_ => Shop.NewShopper()).ToList();
        var orders = await Task.WhenAll(buyers.Select(buyer => Shop.Claim(buyer, sale)));
        for (var i = 0; i < buyers.Count; i++)
        {
            var (buyer, order) = (buyers[i], orders[i]);
            await Eventually.IsTrue(
                async () => Listed(await buyer.Get("/api/v1/orders")).SequenceEqual([order]), "the order is listed");
            var shard = Ids.BucketOf(buyer.Person) % 3;
            Assert.Equal(1, await Count(shard, "select count(*) from orders.orders where id = $1", Number(order)));
        }
        foreach (var shard in Shop.SqlOfShards.Keys)
            Assert.NotEqual(0, await Count(shard, "select count(*) from orders.orders where kind = $1", "sale"));
        Assert.All(
            (await Mover.List(Cancel)).Select(shard => shard.Buckets), buckets => Assert.InRange(buckets, 340, 342));
    }

    [Fact]
    public async Task Buckets_move_while_orders_flow_and_nothing_is_lost_or_doubled()
    {
        var sale = await Shop.NewSale(total: 100_000);
        var (sku, _) = await Shop.NewStock(100_000);
        var buyers = Enumerable.Range(0, 8).Select(_ => Shop.NewShopper()).ToList();
        var bought = new ConcurrentDictionary<string, (Shopper Buyer, string State)>();
        using var stop = new CancellationTokenSource();

        var flow = buyers.Select(buyer => Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var order = i % 3 == 0 ? await ClaimAgain(buyer, sale, i) : await Place(buyer, sku);
                bought[order] = (buyer, "placed");
                if (i % 3 != 0)    // written by himself: seen by himself at once, wherever it is
                    Assert.Equal(order, Listed(await buyer.Get("/api/v1/orders"))[0]);
                if (i % 4 == 1)
                {
                    Assert.Equal(200, (await buyer.PostUntilAnswered($"/api/v1/orders/{order}/cancellation")).Status);
                    bought[order] = (buyer, "cancelled");
                }
                else if (i % 4 == 2)
                {
                    await Pay(buyer, order);
                    bought[order] = (buyer, "paid");
                }
            }
        })).ToList();

        var moves = new List<Moved>();
        for (var round = 0; (moves.Count < 20 || bought.Count < 50) && !flow.Exists(one => one.IsCompleted); round++)
        {
            foreach (var bucket in buyers.Select(buyer => Ids.BucketOf(buyer.Person)).Distinct())
            {
                if (await Mover.Move(bucket, (bucket + round) % 3, Cancel) is MoveOutcome.Done done)
                    moves.Add(done.Moved);
            }
        }
        await stop.CancelAsync();
        await Task.WhenAll(flow);
        foreach (var bucket in moves.Select(move => move.Bucket).Distinct())
            await MoveHome(bucket);
        output.WriteLine(
            $"{bought.Count} orders, {moves.Count} moves, none longer than {moves.Max(move => move.FrozenMs)} ms");

        foreach (var (order, (buyer, state)) in bought)
            await Eventually.IsTrue(async () => await buyer.StateOf(order) == state, $"{order} is {state}");
        foreach (var buyer in buyers)
        {
            var mine = bought.Where(one => one.Value.Buyer == buyer).Select(one => one.Key).Order(StringComparer.Ordinal);
            Assert.Equal(mine, (await AllOf(buyer)).Order(StringComparer.Ordinal));
        }

        // Every row once, in one database, with its history, and every step told once.
        var ids = bought.Keys.Select(Number).ToArray();
        Assert.Equal(ids.Length, await Sum("select count(*) from orders.orders where id = any($1)", ids));
        Assert.Equal(
            bought.Count(one => one.Value.State != "placed"),
            await Sum("select count(*) from orders.history where order_id = any($1)", ids));
        Assert.Equal(
            ids.Length,
            await Sum("select count(*) from orders.orders where id = any($1) and version = 1 + (state <> 0)::int", ids));
        await Eventually.IsTrue(
            async () => await Shop.SumOverShards("select count(*) from messaging.outbox") == 0, "all is told");
        Assert.Equal(0, await Shop.SumOverShards("select count(*) from messaging.dead_letters"));
    }

    [Fact]
    public async Task A_move_that_was_interrupted_is_finished_or_undone_by_the_next()
    {
        var (sku, _) = await Shop.NewStock(100);
        var buyer = Shop.NewShopper();
        var bucket = Ids.BucketOf(buyer.Person);
        var (from, to) = (bucket % 3, (bucket + 1) % 3);
        var first = await Place(buyer, sku);

        // It died while it copied: a mark here, a half copy there.
        await Do(from, "insert into orders.buckets_away values ($1, false)", bucket);
        await Do(to, "insert into orders.line_claims select $1::bigint << 12, null, now()", bucket);
        Assert.IsType<MoveOutcome.AlreadyThere>(await Mover.Move(bucket, from, Cancel));
        var second = await Place(buyer, sku);
        Assert.Equal([second, first], await AllOf(buyer));

        // It died again, and the next one goes through with it.
        await Do(from, "insert into orders.buckets_away values ($1, false)", bucket);
        Actor.Begin(Actor.Local("doorbuster shard move"));
        var done = Assert.IsType<MoveOutcome.Done>(await Mover.Move(bucket, to, Cancel));
        Assert.Equal($$"""{"shard":{{from}}} {"shard":{{to}}}""", Assert.Single(await Shop.Sql.Query(
            "select before::text || ' ' || after::text from audit.entries where action = 'bucket.move' and subject = $1",
            row => row.GetString(0), Cancel, new Npgsql.NpgsqlParameter { Value = $"{bucket}" })));
        Assert.Equal((from, to, 2), (done.Moved.From, done.Moved.To, done.Moved.Orders));
        Assert.Equal(0, await Count(from, "select count(*) from orders.orders where person = $1", buyer.Person));
        Assert.Equal([second, first], await AllOf(buyer));

        // It died after the switch: what was left where it came from is cleared away.
        await Do(to, "insert into orders.buckets_away values ($1, true)", bucket);
        Assert.IsType<MoveOutcome.AlreadyThere>(await Mover.Move(bucket, to, Cancel));
        var third = await Place(buyer, sku);
        Assert.Equal([third, second, first], await AllOf(buyer));
        await MoveHome(bucket);
    }

    [Fact]
    public async Task The_command_line_lists_and_moves()
    {
        await using var shop = await RunningShop.Serve(Shop.Addresses, settings: Shop.Settings);
        var list = await shop.Ask("shard", "list");
        Assert.Equal(3, list.GetProperty("shards").GetArrayLength());
        var bucket = 1_000;
        var to = (1_000 + 1) % 3;
        var moved = await shop.Ask("shard", "move", $"{bucket}", "--to", $"{to}");
        Assert.Equal(to, moved.GetProperty("to").GetInt32());
        Assert.Equal(1_000 % 3, moved.GetProperty("from").GetInt32());
        await MoveHome(bucket);
    }

    // Where other tests look for it.
    private async Task MoveHome(int bucket) => await Mover.Move(bucket, bucket % 3, Cancel);

    private static string[] Listed(Reply list) =>
        [.. list.Json.GetProperty("data").EnumerateArray().Select(order => order.GetProperty("id").GetString()!)];

    private static async Task<string> Place(Shopper buyer, string sku)
    {
        var placed = await buyer.PostUntilAnswered(
            "/api/v1/orders", $$"""{"lines":[{"sku":"{{sku}}","quantity":1}]}""",
            $"shard-{Interlocked.Increment(ref _keys)}");
        Assert.Equal(201, placed.Status);
        return placed.Id;
    }

    private async Task<string> ClaimAgain(Shopper buyer, long sale, int i)
    {
        var result = await Shop.Claims.Claim(
            new(sale, buyer.Person, 1, $"{buyer.Person}-{i}", TimeSpan.FromSeconds(10)), Cancel);
        return PublicId.Format("ord", result.Claim!.Id);
    }

    private Task Pay(Shopper buyer, string order) => Shop.Say(new PaymentCaptured
    {
        Payment = Shop.Services.GetRequiredService<Ids>().NextFor(buyer.Person),
        Order = Number(order),
        Person = buyer.Person,
        AmountMinor = OrderShop.PriceMinor,
        Currency = "GBP",
        CapturedAt = TimeProvider.System.GetUtcNow(),
    });

    private static async Task<List<string>> AllOf(Shopper buyer)
    {
        var all = new List<string>();
        var after = "";
        while (true)
        {
            var page = await buyer.Get($"/api/v1/orders?limit=100{after}");
            all.AddRange(Listed(page));
            var links = page.Json.GetProperty("page");
            if (!links.GetProperty("hasMore").GetBoolean())
                return all;
            after = $"&after={links.GetProperty("nextCursor").GetString()}";
        }
    }

    private async Task<long> Count(int shard, string sql, object value) => (await Shop.SqlOfShards[shard].Query(
        sql, row => row.GetInt64(0), Cancel, new NpgsqlParameter { Value = value })).Single();

    private Task<long> Sum(string sql, long[] ids) =>
        Shop.SumOverShards(sql, new NpgsqlParameter { Value = ids });

    private Task<int> Do(int shard, string sql, int bucket) =>
        Shop.SqlOfShards[shard].Execute(sql, Cancel, new NpgsqlParameter { Value = bucket });

    private static long Number(string order) =>
        PublicId.TryParse("ord", order, out var number) ? number : throw new ArgumentException(order);
}
