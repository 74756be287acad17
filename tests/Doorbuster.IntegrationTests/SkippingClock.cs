namespace Doorbuster.IntegrationTests;

/// <summary>The real time, and what a test skips of it; timers run as ever.</summary>
internal sealed class SkippingClock : TimeProvider
{
    private long _skipped;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Volatile.Read(ref _skipped));

    public override long GetTimestamp() =>
        base.GetTimestamp() + Volatile.Read(ref _skipped) * (TimestampFrequency / TimeSpan.TicksPerSecond);

    public void Skip(TimeSpan time) => Interlocked.Add(ref _skipped, time.Ticks);
}
