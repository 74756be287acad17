using Doorbuster.Contracts.Orders;
using Doorbuster.Platform;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;
using Npgsql;

namespace Doorbuster.Orders.Projections;

/// <summary>Adds what happened to orders to the projections.</summary>
internal sealed class ProjectOrders : IBatchConsumer<OrdersMoved>
{
    public const string Name = "orders.project";

    public bool Concerns(OrdersMoved message) => OrderTally.Counts(message);

    public Task Consume(OrdersMoved message, NpgsqlTransaction transaction, CancellationToken cancel) =>
        Consume([message], transaction, cancel);

    public async Task Consume(
        IReadOnlyList<OrdersMoved> messages, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        var tally = new OrderTally();
        foreach (var message in messages)
            tally.Add(message);
        var isOpen = (await transaction.Query(
            "select pg_try_advisory_xact_lock_shared($1)", row => row.GetBoolean(0), cancel,
            new NpgsqlParameter { Value = ProjectionStore.Lock })).Single();
        if (!isOpen)
            throw new StoreAwayException("the projections, which are being rebuilt,");
        await ProjectionStore.Add(transaction, tally, cancel);
    }
}
