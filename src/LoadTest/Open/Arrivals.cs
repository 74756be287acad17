namespace Doorbuster.LoadTest.Open;

/// <summary>
/// When people arrive, whatever the server does: an open model. The rate climbs evenly through the ramp and then stays.
/// Same seed, same times.
/// </summary>
internal sealed class Arrivals(double perSecond, TimeSpan ramp, bool poisson, Random random)
{
    private readonly double _ramp = ramp.TotalSeconds;
    private double _expected;    // How many have arrived on average by the time of the next: grows by 1, or exponentially around it.

    /// <summary>The next arrival, nanoseconds after the start.</summary>
    public long Next()
    {
        _expected += poisson ? -Math.Log(1 - random.NextDouble()) : 1;
        return (long)(TimeOf(_expected) * 1e9);
    }

    // The inverse of the area under the rate: within the ramp a triangle, then a rectangle.
    private double TimeOf(double expected)
    {
        var inRamp = perSecond * _ramp / 2;
        return expected < inRamp
            ? Math.Sqrt(2 * expected * _ramp / perSecond)
            : _ramp + (expected - inRamp) / perSecond;
    }
}
