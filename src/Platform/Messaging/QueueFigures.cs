namespace Doorbuster.Platform.Messaging;

/// <param name="Waiting">Messages not yet handled by all their consumers; counted to a million.</param>
/// <param name="OldestSeconds">Since the oldest of them was made; 0 when there is none.</param>
public sealed record QueueFigure(long Waiting, double OldestSeconds, long Retrying, long Dead);

/// <summary>What waits in the outboxes of all databases, for who shows it; looked up at most once a second.</summary>
public sealed class QueueFigures
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Shown = TimeSpan.FromSeconds(5);

    private readonly OneLook<QueueFigure> _look;

    internal QueueFigures(QueueStore store, TimeProvider clock) => _look = new(
        async () =>
        {
            var stats = await store.Stats(CancellationToken.None);
            return new QueueFigure(stats.Waiting, stats.OldestAgeSeconds, stats.Retrying, stats.Dead);
        }, Fresh, Shown, clock);

    public Task<QueueFigure> Read(CancellationToken cancel) => _look.Read(cancel);
}
