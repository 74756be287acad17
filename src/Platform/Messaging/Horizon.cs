namespace Doorbuster.Platform.Messaging;

/// <summary>
/// How far back a look at the outbox reaches. While some transaction stays open, rows that were removed since cannot be
/// cleaned away, and a look from the beginning walks over all of them: 200 ms after 300,000 messages, where it takes
/// half of one otherwise. So it begins a little before the oldest row that can be due; now and then it reaches all the
/// way, for rows of transactions that took long.
/// </summary>
internal sealed class Horizon(TimeProvider clock)
{
    public static readonly TimeSpan Everything = TimeSpan.FromDays(10_000);

    private const int FullShareMax = 20;    // one part in so many of our time goes into looks that reach all the way

    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FullEvery = TimeSpan.FromSeconds(5);

    private TimeSpan _untilFull = TimeSpan.Zero;
    private long _lastFull = clock.GetTimestamp();
    private long _oldest;

    public TimeSpan Reach() => clock.GetElapsedTime(_lastFull) >= _untilFull
        ? Everything
        : clock.GetElapsedTime(_oldest) + Slack;

    /// <param name="started">When the look began.</param>
    /// <param name="overdue">Since when the oldest row it found was due; zero when it found all there are.</param>
    public void Looked(long started, TimeSpan reach, TimeSpan overdue)
    {
        _oldest = started - (long)(overdue.TotalSeconds * clock.TimestampFrequency);
        if (reach != Everything)
            return;
        _lastFull = clock.GetTimestamp();
        var took = clock.GetElapsedTime(started) * FullShareMax;
        _untilFull = took > FullEvery ? took : FullEvery;
    }
}
