using System.Collections.Concurrent;
using Doorbuster.Platform;
using Npgsql;

namespace Doorbuster.FlashSales;

/// <summary>
/// Where people wait for news. What somebody watches has a place, and one loop looks at all places: however many watch it,
/// it is looked up once. Nobody watches, nothing runs.
/// </summary>
internal abstract class Board<TPlace>(TimeProvider clock) where TPlace : BoardPlace
{
    internal const int WatchersMax = 20_000;

    private readonly Lock _lock = new();
    private int _watchers;
    private bool _isRunning;

    public int Watchers => Volatile.Read(ref _watchers);

    protected ConcurrentDictionary<long, TPlace> Places { get; } = new();

    protected TimeProvider Clock => clock;

    protected DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Begins to watch; null when too many do already. <see cref="Leave"/> ends it.</summary>
    protected TPlace? Enter(long id, Func<TPlace> make)
    {
        lock (_lock)
        {
            if (_watchers >= WatchersMax)
                return null;
            _watchers++;
            var place = Places.GetOrAdd(id, _ => make());
            place.Watchers++;
            if (!_isRunning)
            {
                _isRunning = true;
                _ = Run();
            }
            return place;
        }
    }

    protected void Leave(long id, TPlace place)
    {
        lock (_lock)
        {
            _watchers--;
            if (--place.Watchers == 0)
                Places.TryRemove(id, out _);
        }
    }

    /// <summary>Until it is time to look again; false when the process ends.</summary>
    protected abstract Task<bool> Pause();

    /// <summary>Looks at all places. What may fail is done by <see cref="Try"/>.</summary>
    protected abstract Task Look();

    protected abstract void LogAway(string why);

    protected abstract void LogFailure(Exception error);

    // The loop must outlive whatever befalls one look: people wait for it.
    protected async Task Try(Func<Task> look)
    {
        try
        {
            await look();
        }
        catch (Exception error) when (error is StoreAwayException or NpgsqlException or TimeoutException)
        {
            LogAway(error.Message);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            LogFailure(error);
        }
    }

    private async Task Run()
    {
        while (await Pause())
        {
            lock (_lock)
                if (_watchers == 0)
                {
                    _isRunning = false;
                    return;
                }
            await Look();
        }
    }
}

internal abstract class BoardPlace
{
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The board's, under its lock.</summary>
    public int Watchers { get; set; }

    /// <summary>What <paramref name="look"/> finds, now or after a change; null when it finds nothing within the time.</summary>
    public async Task<T?> Next<T>(Func<T?> look, TimeSpan wait, TimeProvider clock, CancellationToken cancel) where T : class
    {
        var end = clock.GetUtcNow() + wait;
        while (true)
        {
            var changed = Volatile.Read(ref _changed).Task;    // before looking, or a change in between would be slept through
            if (look() is { } news)
                return news;
            if (end - clock.GetUtcNow() is var left && left <= TimeSpan.Zero)
                return null;
            try
            {
                await changed.WaitAsync(left, clock, cancel);
            }
            catch (TimeoutException)
            {
                return null;
            }
        }
    }

    /// <summary>Called by the one loop only.</summary>
    protected void Wake() =>
        Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}
