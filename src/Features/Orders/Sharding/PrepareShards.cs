using Doorbuster.Platform.Postgres;
using Npgsql;

namespace Doorbuster.Orders.Sharding;

/// <summary>Makes databases into shards, before any process serves: schema, number, numbers of messages, places.</summary>
internal static class PrepareShards
{
    private const int MessageNumberBits = 56;    // messages of a shard are numbered from its number up there

    public static async Task Run(
        string main, ShardAddresses addresses, OrdersFeature feature, Action<string> progress,
        CancellationToken cancel)
    {
        await using var first = DataSource(main);
        await Number(first, 0, cancel);
        foreach (var (number, address) in addresses.Others)
        {
            await using var shard = DataSource(address);
            await Migrations.Run(shard, [feature], line => progress($"{line} in shard {number}"), cancel);
            await Number(shard, number, cancel);
        }
        if (addresses.Others.Count > 0 && await Spread(first, [.. addresses.Numbers], cancel))
            progress($"Spread the orders over {addresses.Others.Count + 1} shards");
    }

    // One after the other, should several processes start at once: a number of a message must never be given twice.
    private static async Task Number(NpgsqlDataSource db, int number, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await transaction.Execute("lock table orders.shard in exclusive mode", cancel);
        await transaction.Execute(
            "insert into orders.shard (number) values ($1) on conflict do nothing", cancel,
            new NpgsqlParameter { Value = number });
        var known = (await transaction.Query(
            "select number from orders.shard", row => row.GetInt32(0), cancel)).Single();
        if (known != number)
            throw new MigrationException(
                $"The database configured as shard {number} of the orders is shard {known}. Correct "
                + $"{ShardAddresses.Section}: its orders are found under its own number only.");
        if (number > 0)
            await transaction.Execute(
                """
                select setval('messaging.outbox_id_seq', $1) from messaging.outbox_id_seq where last_value < $1
                """, cancel, new NpgsqlParameter { Value = (long)number << MessageNumberBits });
        await transaction.CommitAsync(cancel);
    }

    // Only while there is nothing to move: no order, and nobody ever moved a bucket. Whoever still believes that all
    // is in the main database is refused there.
    private static async Task<bool> Spread(NpgsqlDataSource main, int[] shards, CancellationToken cancel)
    {
        await using var connection = await main.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await transaction.Execute(
            "select pg_advisory_xact_lock($1)", cancel, new NpgsqlParameter { Value = OrderShards.WritersLock });
        var spread = await transaction.Execute(
            """
            update orders.buckets set shard = ($1::int[])[bucket % cardinality($1) + 1], version = 1
            where not exists (select from orders.buckets where version > 0)
              and not exists (select from orders.orders)
            """, cancel, new NpgsqlParameter { Value = shards });
        if (spread == 0)
            return false;
        await transaction.Execute(
            """
            with away as (
              insert into orders.buckets_away (bucket, is_gone)
              select bucket, true from orders.buckets where shard <> 0
              on conflict (bucket) do update set is_gone = true)
            select pg_notify($1, '')
            """, cancel, new NpgsqlParameter { Value = OrderShards.Channel });
        await transaction.CommitAsync(cancel);
        return true;
    }

    private static NpgsqlDataSource DataSource(string address) =>
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(address) { Pooling = false });
}
