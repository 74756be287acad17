namespace Doorbuster.Platform;

/// <summary>
/// One look for all who ask. When it is no longer fresh the next who asks has it taken again, and until that is there everybody is
/// shown the last one, if it is not too old for that. A look that failed is tried again by the next who asks.
/// </summary>
/// <param name="look">Nobody's to cancel.</param>
/// <param name="fresh">Counted from its beginning.</param>
/// <param name="shown">How old the last one may be to be shown while a newer one is on its way.</param>
public sealed class OneLook<T>(Func<Task<T>> look, TimeSpan fresh, TimeSpan shown, TimeProvider clock)
{
    private readonly Lock _turn = new();
    private Task<T>? _looking;
    private Task<T>? _last;    // that went well
    private long _lookingSince;
    private long _lastSince;

    public Task<T> Read(CancellationToken cancel)
    {
        Task<T> answer;
        lock (_turn)
        {
            if (_looking is null or { IsCompleted: true })
                Begin();
            answer = _last is { } last && clock.GetElapsedTime(_lastSince) <= shown ? last : _looking!;
        }
        return answer.WaitAsync(cancel);
    }

    private void Begin()
    {
        Keep();
        if (_last is not null && clock.GetElapsedTime(_lastSince) <= fresh)
            return;
        _lookingSince = clock.GetTimestamp();
        _looking = look();
        Keep();
    }

    private void Keep()
    {
        if (_looking is { IsCompletedSuccessfully: true })
            (_last, _lastSince) = (_looking, _lookingSince);
    }
}
