using System.Security.Cryptography;

namespace Doorbuster.RedPackets;

/// <summary>
/// Splits an amount before anybody grabs. Every part is at least one minor unit, the sum is exact, and every place has the
/// same expected value, so nobody gains by being early or late.
/// </summary>
internal static class PartSplit
{
    /// <summary>As equal as the amount allows: parts differ by one unit at most, and who has it is drawn.</summary>
    /// <param name="below">A number from 0 to the given one, without it, each as likely as any other.</param>
    public static long[] Equally(long amount, int parts, Func<long, long> below)
    {
        Check(amount, parts);
        var (each, rest) = Math.DivRem(amount, parts);
        var split = new long[parts];
        for (var i = 0; i < parts; i++)
            split[i] = i < rest ? each + 1 : each;
        Shuffle(split, below);
        return split;
    }

    /// <summary>
    /// Each part is drawn between one unit and twice the mean of what is left, so none is beyond reach and none takes all;
    /// what rounding does to the last ones is spread by a shuffle, which gives every place the mean of all, exactly.
    /// </summary>
    /// <inheritdoc cref="Equally"/>
    public static long[] Luckily(long amount, int parts, Func<long, long> below)
    {
        Check(amount, parts);
        var split = new long[parts];
        var left = amount;
        for (var i = 0; i < parts - 1; i++)
        {
            // At most 2·left/n − 1, which is never more than left − (n − 1): the others can have a unit each.
            var most = Math.Max(1, (long)((Int128)left * 2 / (parts - i)) - 1);
            split[i] = 1 + below(most);
            left -= split[i];
        }
        split[^1] = left;
        Shuffle(split, below);
        return split;
    }

    /// <summary>From the system's strong source: nobody can tell the next part from those before.</summary>
    public static Func<long, long> StrongSource()
    {
        var buffer = new byte[8_192];
        var at = buffer.Length;
        return limit =>
        {
            // The largest multiple of the limit: what is drawn above it would favour the small numbers, and is drawn again.
            var fair = ulong.MaxValue - ulong.MaxValue % (ulong)limit;
            while (true)
            {
                if (at == buffer.Length)
                {
                    RandomNumberGenerator.Fill(buffer);
                    at = 0;
                }
                var drawn = BitConverter.ToUInt64(buffer, at);
                at += sizeof(ulong);
                if (drawn < fair)
                    return (long)(drawn % (ulong)limit);
            }
        };
    }

    private static void Check(long amount, int parts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(amount, parts);
    }

    private static void Shuffle(long[] split, Func<long, long> below)
    {
        for (var i = split.Length - 1; i > 0; i--)
        {
            var other = (int)below(i + 1);
            (split[i], split[other]) = (split[other], split[i]);
        }
    }
}
