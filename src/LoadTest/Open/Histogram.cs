using System.Numerics;

namespace Doorbuster.LoadTest.Open;

/// <summary>
/// Counts times in nanoseconds in buckets whose width grows with the value: 128 to each power of two, so that a value read back
/// is at most 0.4 % off, whether microseconds or minutes. Fixed memory, no allocation, mergeable.
/// </summary>
internal sealed class Histogram
{
    private const int PerOctaveBits = 7;
    private const int PerOctave = 1 << PerOctaveBits;
    private const int Octaves = 42 - PerOctaveBits;    // To 2^42 ns, 73 minutes; longer counts as that.

    private readonly long[] _counts = new long[(Octaves + 1) * PerOctave];
    private double _sum;

    public long Count { get; private set; }

    public long Max { get; private set; }

    public double Mean => Count == 0 ? 0 : _sum / Count;

    public void Record(long nanoseconds)
    {
        var value = Math.Max(nanoseconds, 0);
        _counts[BucketOf(value)]++;
        Count++;
        _sum += value;
        if (value > Max)
            Max = value;
    }

    /// <param name="share">0.99 for the 99th percentile.</param>
    /// <returns>The middle of the bucket in which it lies, never above the highest recorded; 0 when nothing was recorded.</returns>
    public long Percentile(double share)
    {
        var wanted = Math.Max((long)Math.Ceiling(share * Count), 1);
        var seen = 0L;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= wanted)
                return Math.Min(MiddleOf(i), Max);
        }
        return Max;
    }

    public void Add(Histogram other)
    {
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
        Count += other.Count;
        _sum += other._sum;
        Max = Math.Max(Max, other.Max);
    }

    public void Clear()
    {
        Array.Clear(_counts);
        (Count, Max, _sum) = (0, 0, 0);
    }

    /// <summary>The buckets that hold something: upper edge in nanoseconds, count.</summary>
    public IEnumerable<(long UpTo, long Count)> Buckets()
    {
        for (var i = 0; i < _counts.Length; i++)
            if (_counts[i] > 0)
                yield return (LowOf(i + 1), _counts[i]);
    }

    // The first octave is linear; from then on the leading bit picks the octave and the next seven the place in it.
    private static int BucketOf(long value)
    {
        var octave = Math.Max(BitOperations.Log2((ulong)value) - PerOctaveBits, 0);
        var bucket = octave * PerOctave + (int)(value >> octave);
        return Math.Min(bucket, (Octaves + 1) * PerOctave - 1);
    }

    private static long LowOf(int bucket)
    {
        var octave = Math.Max(bucket / PerOctave - 1, 0);
        return (long)(bucket - octave * PerOctave) << octave;
    }

    private static long MiddleOf(int bucket) => (LowOf(bucket) + LowOf(bucket + 1) - 1) / 2;
}
