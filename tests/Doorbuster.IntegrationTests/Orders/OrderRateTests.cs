using System.Diagnostics;
using Doorbuster.Contracts.Catalog;
using Doorbuster.Contracts.Claims;
using Doorbuster.Orders;
using Doorbuster.Platform;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.IntegrationTests.Orders;

/// <summary>How fast claims become orders, without anything else. By hand: it wants the machine for itself.</summary>
public sealed class OrderRateTests(Database database, ITestOutputHelper output) : IClassFixture<Database>
{
    private const int Orders = 128_000;

    [Theory(Explicit = true)]
    [InlineData(16)]
    [InlineData(64)]
    [InlineData(256)]
    public async Task Ten_thousand_orders_a_second_are_written_from_messages_of(int claims)
    {
        var worker = await database.StartProcess(
            Work.Consumers, change: services => services.AddSingleton<IPricedPools, AnyPool>());
        var ids = worker.GetRequiredService<Ids>();
        var db = worker.GetRequiredKeyedService<NpgsqlDataSource>(OrdersFeature.SchemaName);
        var before = await Written();

        var (started, cpu) = (Stopwatch.GetTimestamp(), Process.GetCurrentProcess().TotalProcessorTime);
        for (var i = 0; i < Orders / claims; i++)
        {
            var people = Enumerable.Range(0, claims).Select(_ => (long)Random.Shared.Next(100_000)).ToArray();
            await using var connection = await db.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await transaction.Publish(
                new ClaimsMade
                {
                    Pool = 1,
                    Kind = "sale",
                    Kept = false,
                    MadeAt = TimeProvider.System.GetUtcNow(),
                    Deadline = TimeProvider.System.GetUtcNow().AddMinutes(15),
                    Ids = Array.ConvertAll(people, ids.NextFor),
                    People = people,
                    Quantities = [.. Enumerable.Repeat(1, claims)],
                    Ordinals = [.. Enumerable.Range(1, claims).Select(n => (long)n)],
                }, CancellationToken.None);
            await transaction.CommitAsync();
        }
        await Eventually.IsTrue(
            async () => await Written() - before == Orders, "all are written", TimeSpan.FromMinutes(5));

        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var used = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds;
        output.WriteLine(
            $"{claims} claims a message: {Orders / seconds:N0} orders/s, {used / Orders * 1e6:0} µs of processor each");
        Assert.True(Orders / seconds >= 10_000, $"{Orders / seconds:N0} orders/s");
    }

    private async Task<long> Written() => (await database.Sql.Query(
        "select count(*) from orders.orders", row => row.GetInt64(0), CancellationToken.None)).Single();

    private sealed class AnyPool : IPricedPools
    {
        public ValueTask<PoolTerms?> FindTerms(long pool, CancellationToken cancel) =>
            new(new PoolTerms(pool, "LAMP-1", "A lamp of the usual length of title", 1_250, "GBP"));
    }
}
