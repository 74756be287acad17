using System.Data;
using System.Text.Json;
using Doorbuster.Contracts;
using Doorbuster.Contracts.Orders;
using Doorbuster.Orders.Sharding;
using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.Orders.Projections;

internal sealed record Rebuilt(long Orders, int MessagesOnTheirWay);

/// <summary>
/// Counts all orders anew while they flow, in one transaction. Who adds waits meanwhile, by coming again later; so what
/// a shard's snapshot holds is counted already, but for the messages in its outbox that nobody added yet: those will be
/// added when they arrive, and are taken off here.
/// </summary>
internal sealed class RebuildProjections(
    [FromKeyedServices(OrdersFeature.SchemaName)] NpgsqlDataSource main, OrderShards shards)
{
    private const int AtOnce = 1_000;

    public async Task<Rebuilt> Run(CancellationToken cancel)
    {
        await using var connection = await main.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await transaction.Execute(
            "select pg_advisory_xact_lock($1)", cancel, new NpgsqlParameter { Value = ProjectionStore.Lock });
        await transaction.Execute(
            """
            with products as (delete from orders.by_product), days as (delete from orders.by_day),
              pairs as (delete from orders.bought_together)
            delete from orders.customers
            """, cancel);
        var (orders, waiting) = (0L, 0);
        foreach (var db in shards.Databases.Values)
        {
            await using var source = await db.OpenConnectionAsync(cancel);
            await using var snapshot = await source.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
            waiting += await TakeOffWaiting(transaction, snapshot, cancel);
            orders += await AddAll(transaction, snapshot, cancel);
        }
        await transaction.Audit("order_projections.rebuild", "orders", null, new() { ["orders"] = orders }, cancel);
        await transaction.CommitAsync(cancel);
        return new Rebuilt(orders, waiting);
    }

    private static async Task<int> TakeOffWaiting(
        NpgsqlTransaction transaction, NpgsqlTransaction snapshot, CancellationToken cancel)
    {
        var messages = await snapshot.Query(
            """
            select coalesce(retry_of, id), body::text from messaging.outbox
            where type = $1 and (consumer is null or consumer = $2)
            union all
            select id, body::text from messaging.dead_letters where type = $1 and consumer = $2
            """,
            row => (Id: row.GetInt64(0), Body: row.GetString(1)), cancel,
            new() { Value = nameof(OrdersMoved) }, new() { Value = ProjectOrders.Name });
        var added = (await transaction.Query(
            "select message from messaging.inbox where consumer = $1 and message = any($2)", row => row.GetInt64(0),
            cancel, new() { Value = ProjectOrders.Name },
            new() { Value = messages.Select(message => message.Id).ToArray() })).ToHashSet();

        var tally = new OrderTally();
        var waiting = messages.Where(message => !added.Contains(message.Id)).ToList();
        foreach (var (_, body) in waiting)
            tally.Add(JsonSerializer.Deserialize(body, ContractsJson.Default.OrdersMoved)!, sign: -1);
        await ProjectionStore.Add(transaction, tally, cancel);
        return waiting.Count;
    }

    private static async Task<long> AddAll(
        NpgsqlTransaction transaction, NpgsqlTransaction snapshot, CancellationToken cancel)
    {
        var (count, after) = (0L, long.MinValue);
        while (true)
        {
            var orders = await OrderStore.ListFrom(snapshot, after, AtOnce, cancel);
            if (orders.Count == 0)
                return count;
            var refunds = (await OrderRefunds.ListOf(snapshot, [.. orders.Select(order => order.Id)], cancel))
                .ToLookup(refund => refund.Order, refund => refund.Refund);
            var tally = new OrderTally();
            foreach (var order in orders)
                Add(tally, order, refunds[order.Id]);
            await ProjectionStore.Add(transaction, tally, cancel);
            (count, after) = (count + orders.Count, orders[^1].Id);
        }
    }

    // As its messages told it, in other words: the sums are the same.
    private static void Add(OrderTally tally, Order order, IEnumerable<Refund> refunds)
    {
        var birth = order.History.Count > 0 ? order.History[0].From : order.State;
        tally.Add(Moved(order, null, birth, order.PlacedAt, 0));
        foreach (var step in order.History.Where(step => step.From != step.To))
            tally.Add(Moved(order, step.From, step.To, step.At, 0));
        foreach (var refund in refunds)
            if (refund.RefundedAt is { } at)
                tally.Add(Moved(order, order.State, order.State, at, refund.AmountMinor));
    }

    private static OrdersMoved Moved(Order order, OrderState? from, OrderState to, DateTimeOffset at, long refund) =>
        new()
        {
            From = from is { } left ? OrderSteps.NameOf(left) : null,
            To = OrderSteps.NameOf(to),
            Reason = "",
            At = at,
            Orders = [OrderFacts.Of(order, refund)],
        };
}
