using System.Text.Json;
using Doorbuster.Contracts;
using Doorbuster.Contracts.Catalog;
using Doorbuster.Contracts.Claims;
using Doorbuster.Contracts.Payments;
using Doorbuster.Orders;
using Doorbuster.Platform;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.IntegrationTests.Orders;

/// <summary>The consumers of orders, given real claims' messages in every order and more than once.</summary>
public sealed class OrderEventsTests(OrderEventsTests.SilentShop shop) : IClassFixture<OrderEventsTests.SilentShop>
{
    private const int People = 24;
    private static readonly CancellationToken Cancel = CancellationToken.None;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task Whatever_comes_first_and_however_often_each_order_ends_as_its_claim(int seed)
    {
        var random = new Random(seed);
        var claims = await Claim(await NewPool());
        var captures = new List<PaymentCaptured>();
        foreach (var claim in claims)
        {
            var fate = random.Next(5);
            if (fate is 1 or 2)
                await Claims.Release(claim.Id, Cancel);
            if (fate is 2 or 3 or 4)
                captures.Add(Captured(claim));
        }

        var messages = (await TakeOutbox()).Concat(captures).ToList();
        messages.AddRange(messages.Where(_ => random.Next(2) == 0).ToList());
        await Deliver(messages.OrderBy(_ => random.Next()).ToList(), atOnce: seed % 2 == 0 ? 1 : 4);

        foreach (var claim in claims)
        {
            var ended = await Claims.Find(claim.Id, Cancel);
            var order = await Orders.Find(claim.Id, claim.Person, Cancel);
            Assert.NotNull(order);
            Assert.Equal(
                ended!.State switch
                {
                    ClaimState.Held => OrderState.Placed,
                    ClaimState.Kept => OrderState.Paid,
                    _ => OrderState.Cancelled,
                },
                order.State);
            Assert.Equal(order.State == OrderState.Placed ? 0 : 1, order.History.Count);
            Assert.Equal(1 + order.History.Count, order.Version);
            Assert.Equal(claim.Quantity * AnyPool.PriceMinor, order.Total.Minor);
        }

        var sentBack = (await TakeOutbox()).OfType<RefundPayment>().Select(refund => refund.Payment).Distinct().Order();
        var shouldBe = new List<long>();
        foreach (var capture in captures)
            if ((await Claims.Find(capture.Order, Cancel))!.State == ClaimState.Released)
                shouldBe.Add(capture.Payment);
        Assert.Equal(shouldBe.Order(), sentBack);
    }

    [Fact]
    public async Task A_release_before_its_claim_ends_in_a_cancelled_order()
    {
        var claim = (await Claim(await NewPool(), people: 1)).Single();
        await Claims.Release(claim.Id, Cancel);
        var messages = await TakeOutbox();

        await Deliver([messages.OfType<ClaimsReleased>().Single()]);
        Assert.Equal(OrderState.Cancelled, (await Orders.Find(claim.Id, claim.Person, Cancel))!.State);
        await Deliver([messages.OfType<ClaimsMade>().Single()]);

        var order = await Orders.Find(claim.Id, claim.Person, Cancel);
        Assert.Equal((OrderState.Cancelled, 2), (order!.State, order.Version));
        Assert.Equal(Reasons.CancelledByBuyer, Assert.Single(order.History).Reason);
    }

    [Fact]
    public async Task A_payment_before_its_order_is_written_pays_it()
    {
        var claim = (await Claim(await NewPool(), people: 1)).Single();
        await Deliver([Captured(claim)]);
        await Deliver(await TakeOutbox());

        var order = await Orders.Find(claim.Id, claim.Person, Cancel);
        Assert.Equal((OrderState.Paid, 2), (order!.State, order.Version));
        Assert.Equal(ClaimState.Kept, (await Claims.Find(claim.Id, Cancel))!.State);
        Assert.NotNull(order.PayBy);
    }

    [Fact]
    public async Task A_second_payment_of_an_order_goes_back()
    {
        var claim = (await Claim(await NewPool(), people: 1)).Single();
        var (first, second) = (Captured(claim), Captured(claim));
        await Deliver([first, second, first, second]);

        var refunds = (await TakeOutbox()).OfType<RefundPayment>().ToList();
        Assert.All(
            refunds, refund => Assert.Equal((second.Payment, "order_paid_already"), (refund.Payment, refund.Reason)));
        Assert.NotEmpty(refunds);
        Assert.Equal(first.Payment, (await Orders.Find(claim.Id, claim.Person, Cancel))!.Payment);
    }

    [Fact]
    public async Task Money_for_no_order_or_of_another_amount_or_person_goes_back()
    {
        var claim = (await Claim(await NewPool(), people: 1)).Single();
        var good = Captured(claim);
        await Deliver(
        [
            good with { Payment = NewId(), Order = NewId() }, good with { Payment = NewId(), AmountMinor = 1 },
            good with { Payment = NewId(), Currency = "USD" },
            good with { Payment = NewId(), Person = claim.Person + 1 },
        ]);

        var reasons = (await TakeOutbox()).OfType<RefundPayment>().Select(refund => refund.Reason);
        Assert.Equal(["unknown_order", "amount_differs", "amount_differs", "unknown_order"], reasons);
        Assert.Equal(ClaimState.Held, (await Claims.Find(claim.Id, Cancel))!.State);
    }

    [Fact]
    public async Task Units_that_are_kept_at_once_and_free_are_a_paid_order()
    {
        var pool = await NewPool(hold: null);
        var claim = (await Claim(pool, people: 1)).Single();
        var made = (await TakeOutbox()).OfType<ClaimsMade>().Single();
        Assert.True(made.Kept);
        await Deliver([made]);

        // These cost something: they are theirs, and still to be paid, without a deadline.
        var order = await Orders.Find(claim.Id, claim.Person, Cancel);
        Assert.Equal((OrderState.Placed, null), (order!.State, order.PayBy));
        await Deliver([Captured(claim)]);
        Assert.Equal(OrderState.Paid, (await Orders.Find(claim.Id, claim.Person, Cancel))!.State);
    }

    private IClaims Claims => shop.Services.GetRequiredService<IClaims>();

    private OrderLookup Orders => shop.Services.GetRequiredService<OrderLookup>();

    private long NewId() => shop.Services.GetRequiredService<Ids>().Next();

    private Task<long> NewPool() => NewPool(TimeSpan.FromHours(1));

    private async Task<long> NewPool(TimeSpan? hold)
    {
        var id = NewId();
        var pool = new PoolDefinition { Id = id, Kind = "sale", Total = 1_000, LimitPerPerson = 5, Hold = hold };
        Assert.Equal(PoolOutcome.Done, await Claims.Create(pool, Cancel));
        return id;
    }

    private async Task<List<ClaimView>> Claim(long pool, int people = People)
    {
        var results = await Task.WhenAll(Enumerable.Range(0, people).Select(i => Claims.Claim(
            new ClaimRequest(pool, NewId(), 1 + i % 3, $"key-{i}", TimeSpan.FromSeconds(10)), Cancel).AsTask()));
        Assert.All(results, result => Assert.Equal(ClaimOutcome.Claimed, result.Outcome));
        return [.. results.Select(result => result.Claim!)];
    }

    private PaymentCaptured Captured(ClaimView claim) => new()
    {
        Payment = NewId(),
        Order = claim.Id,
        Person = claim.Person,
        AmountMinor = claim.Quantity * AnyPool.PriceMinor,
        Currency = "GBP",
        CapturedAt = DateTimeOffset.UnixEpoch,
    };

    /// <summary>What the outbox holds, oldest first; it is empty then.</summary>
    private async Task<List<object>> TakeOutbox()
    {
        var rows = await shop.Sql.Query(
            """
            with gone as (delete from messaging.outbox returning id, type, body::text as body)
            select type, body from gone order by id
            """,
            row => (Type: row.GetString(0), Body: row.GetString(1)), Cancel);
        return [.. rows.Select(
            row => JsonSerializer.Deserialize(row.Body, ContractsJson.Default.Options.GetTypeInfo(TypeOf(row.Type)))!)];
    }

    private static Type TypeOf(string name) =>
        typeof(ContractsJson).Assembly.GetTypes().Single(type => type.Name == name);

    private async Task Deliver(IReadOnlyList<object> messages, int atOnce = 1) => await Parallel.ForEachAsync(
        messages, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (message, cancel) =>
        {
            var db = shop.Services.GetRequiredKeyedService<NpgsqlDataSource>(OrdersFeature.SchemaName);
            await using var connection = await db.OpenConnectionAsync(cancel);
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            await (message switch
            {
                ClaimsMade made => Consumer<WriteOrdersOnClaimsMade>().Consume(made, transaction, cancel),
                ClaimsReleased gone => Consumer<CancelOrdersOnClaimsReleased>().Consume(gone, transaction, cancel),
                PaymentCaptured paid => Consumer<SettleOrderOnPaymentCaptured>().Consume(paid, transaction, cancel),
                _ => Task.CompletedTask,
            });
            await transaction.CommitAsync(cancel);
        });

    private T Consumer<T>() => ActivatorUtilities.CreateInstance<T>(shop.Services);

    /// <summary>
    /// A process in which nothing happens by itself: messages stay in the outbox for the test to deliver.
    /// </summary>
    public sealed class SilentShop(SharedStores stores) : IAsyncLifetime
    {
        private readonly Database _database = new(stores);

        public IServiceProvider Services { get; private set; } = null!;

        public NpgsqlDataSource Sql => _database.Sql;

        public async ValueTask InitializeAsync()
        {
            await _database.InitializeAsync();
            Services = await _database.StartProcess(
                Work.None, change: services => services.AddSingleton<IPricedPools, AnyPool>());
        }

        public ValueTask DisposeAsync() => _database.DisposeAsync();
    }

    private sealed class AnyPool : IPricedPools
    {
        public const long PriceMinor = 1_250;

        public ValueTask<PoolTerms?> FindTerms(long pool, CancellationToken cancel) =>
            new(new PoolTerms(pool, "LAMP-1", "A lamp", PriceMinor, "GBP"));
    }
}
