namespace Doorbuster.Platform.Messaging;

/// <summary>
/// For how long messages may be put off while buyers queue: half a minute at a stretch, and a quarter of the time in the long
/// run. A sale is mostly over by then; in one that goes on, orders must not fall behind for good.
/// </summary>
internal sealed class Patience(Rush rush, TimeProvider clock)
{
    private const int RestPerUse = 3;

    private static readonly TimeSpan Most = TimeSpan.FromSeconds(30);

    private TimeSpan _left = Most;
    private long _asked = clock.GetTimestamp();
    private volatile bool _isUsed;

    /// <summary>What was said last.</summary>
    public bool PutsOff => _isUsed;

    public bool Ask()
    {
        var now = clock.GetTimestamp();
        var passed = clock.GetElapsedTime(_asked, now);
        _left = _isUsed ? _left - passed : _left + passed / RestPerUse;
        if (_left > Most)
            _left = Most;
        _asked = now;
        return _isUsed = rush.IsOn && _left > TimeSpan.Zero;
    }
}
