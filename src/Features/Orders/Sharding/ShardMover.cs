using System.Diagnostics;
using System.Globalization;
using Doorbuster.Orders.Projections;
using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Postgres;
using Npgsql;

namespace Doorbuster.Orders.Sharding;

internal sealed record ShardContent(int Shard, int Buckets, long Orders);

/// <param name="FrozenMs">How long the bucket could be read but not written.</param>
internal sealed record Moved(int Bucket, int From, int To, long Orders, double FrozenMs);

internal abstract record MoveOutcome
{
    private MoveOutcome() { }

    public sealed record Done(Moved Moved) : MoveOutcome;

    /// <summary>It is there; what an interrupted move left elsewhere is cleared away.</summary>
    public sealed record AlreadyThere : MoveOutcome;

    /// <summary>Somebody else moves it at this moment.</summary>
    public sealed record Busy : MoveOutcome;
}

/// <summary>
/// Moves a bucket to another shard while orders flow. Each step is committed by itself and may be done again; at any
/// moment one shard has the bucket, as the main database says, and nobody writes two. See the README for why.
/// </summary>
internal sealed class ShardMover(OrderShards shards)
{
    private static readonly (string Table, string Id)[] Tables =
    [
        ("orders.orders", "id"), ("orders.history", "order_id"), ("orders.refunds", "order_id"),
        ("orders.line_claims", "claim"),
    ];

    private const int FreezeAttemptsMax = 20;
    private const int RowsTimeoutSeconds = 600;    // a scan of a large shard
    private static readonly TimeSpan FreezePause = TimeSpan.FromMilliseconds(200);

    private NpgsqlDataSource Main => shards.Databases[0];

    public async Task<IReadOnlyList<ShardContent>> List(CancellationToken cancel)
    {
        var buckets = (await Main.Query(
            "select shard, count(*)::int from orders.buckets group by shard",
            row => (Shard: row.GetInt32(0), Count: row.GetInt32(1)), cancel)).ToDictionary(row => row.Shard);
        var contents = new List<ShardContent>();
        foreach (var (number, db) in shards.Databases)
        {
            var orders = (await db.Query(
                """
                select count(*) from orders.orders o where not exists (
                  select from orders.buckets_away a where a.is_gone and a.bucket = (o.id >> 12) & 1023)
                """, row => row.GetInt64(0), cancel)).Single();
            contents.Add(new(number, buckets.GetValueOrDefault(number).Count, orders));
        }
        return contents;
    }

    public async Task<MoveOutcome> Move(int bucket, int to, CancellationToken cancel)
    {
        // Held as long as the connection lives, which is no longer than this process.
        await using var turn = await Main.OpenConnectionAsync(cancel);
        if (!await TryTakeTurn(turn, bucket, cancel))
            return new MoveOutcome.Busy();
        try
        {
            if (!await Turn(turn, "select pg_try_advisory_lock_shared($1)", cancel, ProjectionStore.Lock))
                return new MoveOutcome.Busy();    // The projections are rebuilt: they read one shard after the other.
            var from = (await Main.Query(
                "select shard from orders.buckets where bucket = $1", row => row.GetInt32(0), cancel,
                new NpgsqlParameter { Value = bucket })).Single();
            if (from == to)
            {
                await Settle(bucket, to, cancel);
                return new MoveOutcome.AlreadyThere();
            }

            await Freeze(shards.Databases[from], bucket, cancel);
            var frozen = Stopwatch.GetTimestamp();
            var orders = await CopyOrOpenAgain(bucket, from, to, cancel);
            await SayGone(shards.Databases[from], bucket, cancel);
            await Switch(bucket, to, cancel);
            await Open(shards.Databases[to], bucket, cancel);
            var ms = Stopwatch.GetElapsedTime(frozen).TotalMilliseconds;
            await Settle(bucket, to, cancel);
            return new MoveOutcome.Done(new Moved(bucket, from, to, orders, Math.Round(ms, 1)));
        }
        finally
        {
            await using var giveBack = new NpgsqlCommand("select pg_advisory_unlock_all()", turn);
            await giveBack.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }

    // Waits for the writers at work, lets none begin for this moment, and leaves a mark that every later one sees.
    private static async Task Freeze(NpgsqlDataSource from, int bucket, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await from.OpenConnectionAsync(cancel);
                await using var transaction = await connection.BeginTransactionAsync(cancel);
                // Who waits for the lock holds up everybody behind him: better give up and come again.
                await transaction.Execute("set local lock_timeout = '2s'", cancel);
                await transaction.Execute(
                    "select pg_advisory_xact_lock($1)", cancel,
                    new NpgsqlParameter { Value = OrderShards.WritersLock });
                await transaction.Execute(
                    "insert into orders.buckets_away (bucket, is_gone) values ($1, false) on conflict do nothing",
                    cancel, new NpgsqlParameter { Value = bucket });
                await transaction.CommitAsync(cancel);
                return;
            }
            catch (PostgresException busy)
                when (busy.SqlState == PostgresErrorCodes.LockNotAvailable && attempt < FreezeAttemptsMax)
            {
                await Task.Delay(FreezePause, cancel);
            }
        }
    }

    private async Task<long> CopyOrOpenAgain(int bucket, int from, int to, CancellationToken cancel)
    {
        try
        {
            return await Copy(bucket, from, to, cancel);
        }
        catch
        {
            // Nothing is switched yet: whoever asks finds the bucket where it was.
            await Open(shards.Databases[from], bucket, CancellationToken.None);
            throw;
        }
    }

    private async Task<long> Copy(int bucket, int from, int to, CancellationToken cancel)
    {
        await using var source = await shards.Databases[from].OpenConnectionAsync(cancel);
        await using var target = await shards.Databases[to].OpenConnectionAsync(cancel);
        await using var transaction = await target.BeginTransactionAsync(cancel);
        foreach (var (table, id) in Tables)
        {
            await Delete(target, table, id, bucket, cancel);    // of an earlier try
            var columns = await ColumnsOf(source, table, cancel);
            await using var reader = await source.BeginRawBinaryCopyAsync(
                $"copy (select {columns} from {table} where {IsIn(id, bucket)}) to stdout (format binary)", cancel);
            await using var writer = await target.BeginRawBinaryCopyAsync(
                $"copy {table} ({columns}) from stdin (format binary)", cancel);
            await reader.CopyToAsync(writer, cancel);
        }
        await transaction.CommitAsync(cancel);

        foreach (var (table, id) in Tables)
        {
            var there = await Count(from, table, id, bucket, cancel);
            var here = await Count(to, table, id, bucket, cancel);
            if (there != here)
                throw new InvalidOperationException(
                    $"{table} of bucket {bucket} has {there} rows in shard {from}, and {here} were copied.");
        }
        return await Count(to, "orders.orders", "id", bucket, cancel);
    }

    private static Task<int> SayGone(NpgsqlDataSource from, int bucket, CancellationToken cancel) => from.Execute(
        "update orders.buckets_away set is_gone = true where bucket = $1", cancel,
        new NpgsqlParameter { Value = bucket });

    private async Task Switch(int bucket, int to, CancellationToken cancel)
    {
        await using var connection = await Main.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var from = (await transaction.Query(
            """
            with old as (
              select shard from orders.buckets where bucket = $1 for update),
            switched as (
              update orders.buckets set shard = $2, version = version + 1 where bucket = $1)
            select shard, pg_notify($3, '')::text from old
            """, row => row.GetInt32(0), cancel, new NpgsqlParameter { Value = bucket }, new NpgsqlParameter { Value = to },
            new NpgsqlParameter { Value = OrderShards.Channel })).Single();
        await transaction.Audit(
            "bucket.move", bucket.ToString(CultureInfo.InvariantCulture), new() { ["shard"] = from }, new() { ["shard"] = to },
            cancel);
        await transaction.CommitAsync(cancel);
    }

    private static Task<int> Open(NpgsqlDataSource to, int bucket, CancellationToken cancel) => to.Execute(
        "delete from orders.buckets_away where bucket = $1", cancel, new NpgsqlParameter { Value = bucket });

    // Also the end of a move that was interrupted: what is not where it belongs goes, and where it belongs is open.
    private async Task Settle(int bucket, int owner, CancellationToken cancel)
    {
        await Open(shards.Databases[owner], bucket, cancel);
        foreach (var (_, db) in shards.Databases.Where(shard => shard.Key != owner))
        {
            await db.Execute(
                """
                insert into orders.buckets_away (bucket, is_gone) values ($1, true)
                on conflict (bucket) do update set is_gone = true
                """, cancel, new NpgsqlParameter { Value = bucket });
            await using var connection = await db.OpenConnectionAsync(cancel);
            foreach (var (table, id) in Tables)
                await Delete(connection, table, id, bucket, cancel);
        }
    }

    private static async Task Delete(
        NpgsqlConnection db, string table, string id, int bucket, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand($"delete from {table} where {IsIn(id, bucket)}", db)
        { CommandTimeout = RowsTimeoutSeconds };
        await command.ExecuteNonQueryAsync(cancel);
    }

    private async Task<long> Count(int shard, string table, string id, int bucket, CancellationToken cancel)
    {
        await using var command = shards.Databases[shard].CreateCommand(
            $"select count(*) from {table} where {IsIn(id, bucket)}");
        command.CommandTimeout = RowsTimeoutSeconds;
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }

    // By name: columns may stand in another order where migrations ran in another.
    private static async Task<string> ColumnsOf(NpgsqlConnection db, string table, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            """
            select string_agg(quote_ident(attname), ', ' order by attnum)
            from pg_attribute
            where attrelid = $1::regclass and attnum > 0 and not attisdropped
            """, db)
        { Parameters = { new() { Value = table } } };
        return (string)(await command.ExecuteScalarAsync(cancel))!;
    }

    // As Ids.BucketIn.
    private static string IsIn(string id, int bucket) => $"({id} >> 12) & 1023 = {bucket}";

    private static Task<bool> TryTakeTurn(NpgsqlConnection turn, int bucket, CancellationToken cancel)
    {
        const int ofMoves = 0x4F72_6473;
        return Turn(turn, "select pg_try_advisory_lock($1, $2)", cancel, ofMoves, bucket);
    }

    private static async Task<bool> Turn(
        NpgsqlConnection turn, string sql, CancellationToken cancel, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, turn);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return (bool)(await command.ExecuteScalarAsync(cancel))!;
    }
}
