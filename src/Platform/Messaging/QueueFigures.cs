namespace Doorbuster.Platform.Messaging;

/// <param name="Waiting">Messages not yet handled by all their consumers; counted to a million.</param>
/// <param name="OldestSeconds">Since the oldest of them was made; 0 when there is none.</param>
public sealed record QueueFigure(long Waiting, double OldestSeconds, long Retrying, long Dead);

/// <summary>What waits in the outboxes of all databases, for who shows it; looked up at most once a second.</summary>
public sealed class QueueFigures
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly QueueStore _store;
    private readonly TimeProvider _clock;
    private readonly Lock _turn = new();
    private Task<QueueFigure>? _looking;
    private long _since;

    internal QueueFigures(QueueStore store, TimeProvider clock) => (_store, _clock) = (store, clock);

    public Task<QueueFigure> Read(CancellationToken cancel)
    {
        lock (_turn)
        {
            if (_looking is null || _looking.IsFaulted || _looking.IsCompleted && _clock.GetElapsedTime(_since) > Fresh)
                (_looking, _since) = (Look(), _clock.GetTimestamp());
            return _looking.WaitAsync(cancel);
        }
    }

    // For all who ask, so nobody's to cancel.
    private async Task<QueueFigure> Look()
    {
        var stats = await _store.Stats(CancellationToken.None);
        return new(stats.Waiting, stats.OldestAgeSeconds, stats.Retrying, stats.Dead);
    }
}
