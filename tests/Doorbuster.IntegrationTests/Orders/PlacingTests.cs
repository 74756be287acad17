using System.Text.Json;
using Doorbuster.Contracts;
using Doorbuster.Contracts.Claims;
using Doorbuster.Contracts.Orders;
using Doorbuster.Orders;
using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.IntegrationTests.Orders;

/// <summary>Orders of checkouts, and what everybody is told of orders.</summary>
public sealed class PlacingTests(PlacingTests.ToldShop shop) : IClassFixture<PlacingTests.ToldShop>
{
    private static readonly CancellationToken Cancel = CancellationToken.None;
    private static readonly PostalAddress Home = new("Ada", "1 High Street", null, "London", null, "N1 9GU", "GB");

    [Fact]
    public async Task A_checkout_becomes_an_order_with_what_it_quoted_once()
    {
        var me = Shop.NewShopper();
        var (draft, pool) = await Draft(me, 300, new Adjustment("coupon", "TEN", -1_000, "cpn_1"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => PlaceUntilSettled(draft)));

        var order = Assert.Single(answers.Select(answer => (answer.Outcome, answer.Order)).Distinct());
        Assert.Equal(PlacingOutcome.Placed, order.Outcome);
        Assert.Equal(order.Order, (await PlaceUntilSettled(draft)).Order);
        Assert.Equal(8, await Shop.UnitsFree(pool));
        var read = (await me.Get($"/api/v1/orders/{PublicId.Format("ord", order.Order)}")).Json;
        Assert.Equal(1_800, read.GetProperty("total").GetProperty("amount").GetInt64());
        Assert.Equal(
            ["coupon:-1000:cpn_1", "shipping:300:"],
            read.GetProperty("adjustments").EnumerateArray().Select(one =>
                $"{one.GetProperty("kind")}:{one.GetProperty("amount").GetProperty("amount")}:"
                + one.GetProperty("reference")));
        Assert.Equal("London", read.GetProperty("shipTo").GetProperty("city").GetString());
        Assert.Equal("ada@example.test", read.GetProperty("email").GetString());
        Assert.Equal(0, read.GetProperty("refunded").GetProperty("amount").GetInt64());

        var told = Assert.Single(await Told(order.Order));
        Assert.Equal(("placed", null), (told.Moved.To, told.Moved.From));
        Assert.Equal((draft.Checkout, 1_800, 2), (told.Fact.Checkout, told.Fact.TotalMinor, told.Fact.Lines[0].Quantity));
        Assert.NotNull(told.Fact.AddressKey);
    }

    [Fact]
    public async Task Another_draft_under_the_same_checkout_is_refused_and_so_is_what_is_not_there()
    {
        var me = Shop.NewShopper();
        var (draft, pool) = await Draft(me, 0);
        Assert.Equal(PlacingOutcome.Placed, (await Placing.Place(draft, Cancel)).Outcome);

        var dearer = draft with
        {
            Lines = [draft.Lines[0] with { PriceMinor = 2_000 }],
            TotalMinor = 4_000,
        };
        Assert.Equal(PlacingOutcome.KeyReused, (await Placing.Place(dearer, Cancel)).Outcome);
        Assert.Equal(
            PlacingOutcome.KeyReused,
            (await Placing.Place(draft with { ShipTo = Home with { City = "Paris" } }, Cancel)).Outcome);

        var (many, full) = await Draft(me, 0);
        many = many with { Lines = [many.Lines[0] with { Quantity = 11 }], TotalMinor = 11 * OrderShop.PriceMinor };
        var refused = await Placing.Place(many, Cancel);
        Assert.Equal((PlacingOutcome.OutOfStock, many.Lines[0].Sku), (refused.Outcome, refused.Sku));
        Assert.Equal((8, 10), (await Shop.UnitsFree(pool), await Shop.UnitsFree(full)));
    }

    [Fact]
    public async Task What_coupons_and_points_paid_whole_is_paid_at_once_and_its_units_are_kept()
    {
        var me = Shop.NewShopper();
        var (draft, pool) = await Draft(me, 0, new Adjustment("points", "2500 points", -2 * OrderShop.PriceMinor));

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => PlaceUntilSettled(draft)));

        var order = Assert.Single(answers.Select(answer => answer.Order).Distinct());
        Assert.Equal("paid", await me.StateOf(PublicId.Format("ord", order)));
        Assert.Equal(2, (await Shop.Claims.Audit(pool, Cancel))!.Kept);
        Assert.Equal(
            ["→placed placed", "placed→paid nothing_to_pay"],
            (await Told(order)).Select(told => $"{told.Moved.From}→{told.Moved.To} {told.Moved.Reason}"));
    }

    [Fact]
    public async Task Every_birth_and_step_of_a_sales_orders_is_told_once()
    {
        var sale = await Shop.NewSale();
        var buyers = Enumerable.Range(0, 30).Select(_ => Shop.NewShopper()).ToList();
        var orders = await Task.WhenAll(buyers.Select((buyer, i) => Shop.Claim(buyer, sale, quantity: 1 + i % 2)));
        for (var i = 0; i < 10; i++)
            Assert.Equal(200, (await buyers[i].PostUntilAnswered($"/api/v1/orders/{orders[i]}/cancellation")).Status);

        for (var i = 0; i < orders.Length; i++)
        {
            PublicId.TryParse("ord", orders[i], out var id);
            string[] expected = i < 10 ? ["", "placed"] : [""];
            List<(OrdersMoved Moved, OrderFact Fact)> told = [];
            await Eventually.IsTrue(
                async () => (told = await Told(id)).Count == expected.Length, $"all is told of {orders[i]}");
            Assert.Equal(expected, told.Select(one => one.Moved.From ?? ""));
            Assert.All(told, one => Assert.Equal(
                (buyers[i].Person, "sale", (1 + i % 2) * OrderShop.PriceMinor, 1 + i % 2),
                (one.Fact.Person, one.Fact.Kind, one.Fact.TotalMinor, one.Fact.Lines.Single().Quantity)));
        }
    }

    private OrderShop Shop => shop.Shop;

    private IOrderPlacing Placing => Shop.Services.GetRequiredService<IOrderPlacing>();

    private async Task<PlacingResult> PlaceUntilSettled(OrderDraft draft)
    {
        while (true)
        {
            var result = await Placing.Place(draft, Cancel);
            if (result.Outcome != PlacingOutcome.Unsettled)
                return result;
        }
    }

    private async Task<(OrderDraft Draft, long Pool)> Draft(Shopper person, long shipping, params Adjustment[] more)
    {
        var (sku, pool) = await Shop.NewStock(10);
        Adjustment[] adjustments = shipping == 0 ? more : [.. more, new Adjustment("shipping", "Post", shipping)];
        return (new OrderDraft
        {
            Checkout = Shop.Services.GetRequiredService<Ids>().NextFor(person.Person),
            Person = person.Person,
            Currency = "GBP",
            Lines = [new DraftLine(sku, "A thing", 2, OrderShop.PriceMinor, pool)],
            Adjustments = adjustments,
            TotalMinor = 2 * OrderShop.PriceMinor + adjustments.Sum(one => one.AmountMinor),
            ShipTo = Home,
            Email = "ada@example.test",
        }, pool);
    }

    private async Task<List<(OrdersMoved Moved, OrderFact Fact)>> Told(long order)
    {
        var bodies = await Shop.Sql.Query(
            "select body::text from told where type = 'OrdersMoved' order by id", row => row.GetString(0), Cancel);
        return [.. bodies.Select(body => JsonSerializer.Deserialize(body, ContractsJson.Default.OrdersMoved)!)
            .SelectMany(moved => moved.Orders.Where(fact => fact.Id == order).Select(fact => (moved, fact)))];
    }

    /// <summary>A shop whose messages are kept for the test to read.</summary>
    public sealed class ToldShop(SharedStores stores) : IAsyncLifetime
    {
        public OrderShop Shop { get; } = new(stores);

        public async ValueTask InitializeAsync()
        {
            await Shop.InitializeAsync();
            await Shop.Sql.Execute(
                """
                create table told (id bigint, type text, body json);
                create function keep() returns trigger language plpgsql as $$
                begin
                  insert into told values (new.id, new.type, new.body);
                  return new;
                end $$;
                create trigger keep after insert on messaging.outbox for each row execute function keep()
                """, Cancel);
        }

        public ValueTask DisposeAsync() => Shop.DisposeAsync();
    }
}
