using Doorbuster.LoadTest.Http;

namespace Doorbuster.LoadTest.Open;

/// <summary>How long a well-behaved client waits before it sends its key again.</summary>
internal static class Backoff
{
    private const long First = 100 * Loop.Millisecond;
    private const int DoublingsMax = 5;

    /// <summary>Doubles from 100 ms to 3.2 s, spread over half of it; what the server asks for is the least.</summary>
    public static long Draw(Random random, int attempts, int retryAfterSeconds)
    {
        var span = First << Math.Min(attempts, DoublingsMax);
        var own = span / 2 + (long)(random.NextDouble() * span / 2);
        return retryAfterSeconds > 0 ? retryAfterSeconds * Loop.Second + own / 4 : own;
    }
}
