namespace Doorbuster.Platform;

/// <summary>
/// 63-bit ids that sort by time and carry the bucket of the person they belong to:
/// milliseconds since 2025 (41 bits) · bucket (10) · node (6) · sequence (6).
/// So the shard of an order follows from its own id or from the person's, without a lookup.
/// </summary>
public sealed class Ids(NodeNumber node, TimeProvider clock)
{
    public const int Buckets = 1 << BucketBits;

    private const int BucketBits = 10;
    private const int NodeBits = 6;
    private const int SequenceBits = 6;
    private const long EpochMs = 1_735_689_600_000;    // 2025-01-01T00:00:00Z

    private long _last;    // time in ms, shifted by SequenceBits, + sequence: one number, so that taking one is one step

    /// <summary>The shard bucket of a person: fixed for life, even over any range of ids.</summary>
    public static int BucketOf(long person) =>
        (int)(((ulong)person * 0x9E37_79B9_7F4A_7C15) >> (64 - BucketBits));

    public static int BucketIn(long id) => (int)(id >> (NodeBits + SequenceBits)) & (Buckets - 1);

    public static DateTimeOffset TimeOf(long id) =>
        DateTimeOffset.FromUnixTimeMilliseconds((id >> (BucketBits + NodeBits + SequenceBits)) + EpochMs);

    /// <summary>An id in the bucket of the person it belongs to.</summary>
    public long NextFor(long person) => Next(BucketOf(person));

    /// <summary>An id of something that belongs to nobody, or of a person.</summary>
    public long Next()
    {
        var tick = Tick();
        return Compose(tick, (int)(((ulong)tick * 0x9E37_79B9_7F4A_7C15) >> (64 - BucketBits)));
    }

    private long Next(int bucket) => Compose(Tick(), bucket);

    private long Compose(long tick, int bucket)
    {
        var (ms, sequence) = (tick >> SequenceBits, tick & ((1 << SequenceBits) - 1));
        return (((ms << BucketBits | (long)bucket) << NodeBits | (long)node.Value) << SequenceBits) | sequence;
    }

    // When the clock steps back, or a millisecond's 64 numbers are used up, the counter simply runs on ahead of the clock:
    // ids stay unique and ascending, and their time is off by as much.
    private long Tick()
    {
        var now = (clock.GetUtcNow().ToUnixTimeMilliseconds() - EpochMs) << SequenceBits;
        while (true)
        {
            var last = Volatile.Read(ref _last);
            var next = Math.Max(now, last + 1);
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
                return next;
        }
    }
}
