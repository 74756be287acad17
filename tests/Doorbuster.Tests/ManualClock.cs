namespace Doorbuster.Tests;

/// <summary>Time that passes when the test says so; its timers never fire.</summary>
internal sealed class ManualClock : TimeProvider
{
    private DateTimeOffset _now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.UtcTicks;

    public void Pass(TimeSpan time) => _now += time;

    public void PassSeconds(double seconds) => Pass(TimeSpan.FromSeconds(seconds));
}
