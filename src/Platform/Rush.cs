namespace Doorbuster.Platform;

/// <summary>
/// Whether callers queue in this process right now. Work that nobody waits for leaves them the processors meanwhile: answers
/// first, what follows from them a little later.
/// </summary>
public sealed class Rush(TimeProvider clock)
{
    private static readonly TimeSpan Fades = TimeSpan.FromMilliseconds(30);

    private long _noted = long.MinValue;

    public bool IsOn => Volatile.Read(ref _noted) is var noted and not long.MinValue && clock.GetElapsedTime(noted) < Fades;

    /// <summary>Says that callers queue. It is over when nobody has said so for 30 ms: a queue that is gone says nothing.</summary>
    public void Note() => Volatile.Write(ref _noted, clock.GetTimestamp());
}
