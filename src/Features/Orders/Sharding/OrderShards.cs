using System.Diagnostics;
using Doorbuster.Platform;
using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.Orders.Sharding;

/// <summary>
/// Finds the database that has the orders of a bucket, for reading and for writing. What this process knows of it may
/// be a moment old: the shard itself says when a bucket is leaving it, and whoever is refused looks the place up again.
/// With one shard, which is the main database, nothing of that costs anything.
/// </summary>
internal sealed class OrderShards : IDisposable
{
    public const string Channel = "order_shards";

    // Every transaction that writes orders shares it; who marks a bucket as leaving has it alone for that moment. So no
    // writer that did not see the mark is still at work once the mark is there.
    public const long WritersLock = 0x446F_6F72_4F72_6473;

    private static readonly TimeSpan PatienceMax = TimeSpan.FromSeconds(3);    // of the 5 s a request may take
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);

    private readonly NpgsqlDataSource _main;
    private readonly IReadOnlyDictionary<int, NpgsqlDataSource> _databases;
    private readonly GroupCommit _together;
    private readonly Lazy<IDisposable> _subscription;
    private readonly SemaphoreSlim _loading = new(1, 1);
    private int[]? _places;
    private int _edition;

    public OrderShards(IServiceProvider services, ShardAddresses addresses, PostgresListener listener)
    {
        _main = services.GetRequiredKeyedService<NpgsqlDataSource>(OrdersFeature.SchemaName);
        _databases = addresses.Numbers.ToDictionary(
            number => number,
            number => services.GetRequiredKeyedService<NpgsqlDataSource>(addresses.PoolOf(number)));
        _together = services.GetRequiredKeyedService<GroupCommit>(addresses.PoolOf(0));
        _subscription = new(() => listener.Subscribe(Channel, _ => Forget(), Forget));
    }

    /// <summary>The shards by their numbers; 0 is in the main database.</summary>
    public IReadOnlyDictionary<int, NpgsqlDataSource> Databases => _databases;

    public bool IsOne => _databases.Count == 1;

    /// <summary>For single statements while there is one shard; null when a statement needs to ask whose bucket it is.</summary>
    public GroupCommit? Together => IsOne ? _together : null;

    /// <summary>Reads where the bucket is; read again when it turns out that it was not there any more.</summary>
    public async Task<T> Read<T>(int bucket, Func<NpgsqlDataSource, Task<T>> read, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var db = _databases[(await Places(cancel))[bucket]];
            var found = await read(db);
            // Asked after the reading: rows go only after they are said to be gone.
            if (IsOne || !await IsAway(db, bucket, cancel))
                return found;
            await Wait(started, cancel);
        }
    }

    /// <summary>Does the work in a transaction where the bucket is; may run it again, after a rollback.</summary>
    public async Task<T> Write<T>(int bucket, Func<NpgsqlTransaction, Task<T>> work, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var result = default(T);
            var shard = (await Places(cancel))[bucket];
            if (await TryWrite(shard, [bucket], async transaction => result = await work(transaction), cancel))
                return result!;
            await Wait(started, cancel);
        }
    }

    /// <summary>
    /// The part of a consumer that concerns one order. With one shard in the message's own transaction; otherwise in
    /// one of the shard's, committed before the message counts as handled: should that fail, the work is done again.
    /// </summary>
    public Task Consume(
        NpgsqlTransaction given, long order, Func<NpgsqlTransaction, Task> work, CancellationToken cancel) =>
        Consume(given, [order], (transaction, _) => work(transaction), cancel);

    /// <summary>The same for the claims of a message: the work is called with those of each shard.</summary>
    public async Task Consume(
        NpgsqlTransaction given, long[] ids, Func<NpgsqlTransaction, long[], Task> work, CancellationToken cancel)
    {
        if (IsOne)
        {
            await Places(cancel);
            await work(given, ids);
            return;
        }

        var started = Stopwatch.GetTimestamp();
        for (var rest = ids; ; await Wait(started, cancel))
        {
            var places = await Places(cancel);
            var refused = new List<long>();
            NpgsqlException? away = null;
            foreach (var group in rest.GroupBy(id => places[Ids.BucketIn(id)]))
            {
                long[] part = [.. group];
                int[] buckets = [.. part.Select(Ids.BucketIn).Distinct()];
                try
                {
                    if (!await TryWrite(group.Key, buckets, transaction => work(transaction, part), cancel))
                        refused.AddRange(part);
                }
                catch (NpgsqlException error) when (error.IsAway)
                {
                    away = error;    // The other shards' part is done all the same.
                }
            }
            if (away is not null)
                throw new StoreAwayException("order shard", away);
            if (refused.Count == 0)
                return;
            rest = [.. refused];
        }
    }

    /// <summary>The audit log is in the main database: from another one the note leaves as a message.</summary>
    public Task Audit(NpgsqlTransaction transaction, AuditNote note, CancellationToken cancel) => IsOne
        ? transaction.Audit(note, cancel)
        : transaction.AuditByMessage(note, cancel);

    public void Dispose()
    {
        if (_subscription.IsValueCreated)
            _subscription.Value.Dispose();
        _loading.Dispose();
    }

    private async Task<bool> TryWrite(
        int shard, int[] buckets, Func<NpgsqlTransaction, Task> work, CancellationToken cancel)
    {
        await using var connection = await _databases[shard].OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (!IsOne && !await MayWrite(transaction, buckets, cancel))
            return false;
        await work(transaction);
        await transaction.CommitAsync(cancel);
        return true;
    }

    // Two statements: the second one's snapshot is younger than the lock.
    private static async Task<bool> MayWrite(NpgsqlTransaction transaction, int[] buckets, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction)
        {
            BatchCommands =
            {
                new("select pg_advisory_xact_lock_shared($1)") { Parameters = { new() { Value = WritersLock } } },
                new("select from orders.buckets_away where bucket = any($1)")
                {
                    Parameters = { new() { Value = buckets } },
                },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        await reader.NextResultAsync(cancel);
        return !await reader.ReadAsync(cancel);
    }

    private static async Task<bool> IsAway(NpgsqlDataSource db, int bucket, CancellationToken cancel) =>
        (await db.Query(
            "select from orders.buckets_away where bucket = $1 and is_gone", _ => true, cancel,
            new NpgsqlParameter { Value = bucket })).Count > 0;

    private async Task Wait(long started, CancellationToken cancel)
    {
        if (Stopwatch.GetElapsedTime(started) > PatienceMax)
            throw new StoreAwayException("order shard");
        Forget();
        await Task.Delay(Pause, cancel);
    }

    private void Forget()
    {
        Interlocked.Increment(ref _edition);
        Volatile.Write(ref _places, null);
    }

    private ValueTask<int[]> Places(CancellationToken cancel) =>
        Volatile.Read(ref _places) is { } known ? ValueTask.FromResult(known) : new(Load(cancel));

    private async Task<int[]> Load(CancellationToken cancel)
    {
        _ = _subscription.Value;
        await _loading.WaitAsync(cancel);
        try
        {
            if (Volatile.Read(ref _places) is { } known)
                return known;
            var edition = Volatile.Read(ref _edition);
            var rows = await _main.Query(
                "select shard from orders.buckets order by bucket", row => row.GetInt32(0), cancel);
            int[] places = [.. rows];
            foreach (var unknown in places.Except(_databases.Keys))
                throw new InvalidOperationException(
                    $"Orders are in shard {unknown}, but {ShardAddresses.Section}:{unknown} is not configured.");
            // What was read while somebody said that it changed is used once and not kept.
            if (edition == Volatile.Read(ref _edition))
                Volatile.Write(ref _places, places);
            return places;
        }
        finally
        {
            _loading.Release();
        }
    }
}
