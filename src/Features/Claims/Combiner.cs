using System.Collections.Concurrent;

namespace Doorbuster.Claims;

/// <summary>
/// Gathers what arrives while the previous batch is away and sends it as the next one. No timer, so an idle system adds no
/// delay; no standing task, so nothing can die unseen: whoever adds to an idle combiner starts it.
/// A batch holds at most one item of each lane; a second one goes with a later batch, in order.
/// </summary>
internal sealed class Combiner<T>(
    int batchMax, Func<T, long> lane, Func<List<T>, Task> send, Action<List<T>, Exception> onError)
    where T : class
{
    private readonly ConcurrentQueue<T> _queue = new();
    private readonly List<T> _setAside = [];    // touched by the running sender only
    private readonly HashSet<long> _lanes = [];
    private volatile List<T> _away = [];
    private int _count;
    private int _running;

    public int Count => Volatile.Read(ref _count);

    public bool IsIdle => Volatile.Read(ref _running) == 0 && Count == 0;

    public void Add(T item)
    {
        Interlocked.Increment(ref _count);
        _queue.Enqueue(item);
        Start();
    }

    /// <summary>What waits or is on its way right now; a moving picture.</summary>
    public IEnumerable<T> Waiting() => _away.Concat(_queue);

    private void Start()
    {
        if (Interlocked.Exchange(ref _running, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(static combiner => _ = combiner.Run(), this, preferLocal: false);
    }

    private async Task Run()
    {
        while (true)
        {
            while (Collect() is { Count: > 0 } batch)
            {
                _away = batch;
                try
                {
                    await send(batch);
                }
                catch (Exception error)
                {
                    onError(batch, error);
                }
                Interlocked.Add(ref _count, -batch.Count);
                _away = [];
            }

            // Between the last look and this line somebody may have added and seen us running: look once more. With a full
            // fence: with a mere volatile write the processor may look before others see that we stopped.
            Interlocked.Exchange(ref _running, 0);
            if (Count == 0 || Interlocked.Exchange(ref _running, 1) != 0)
                return;
        }
    }

    private List<T> Collect()
    {
        var batch = new List<T>(Math.Min(batchMax, Math.Max(Count, 1)));
        _lanes.Clear();

        if (_setAside.Count > 0)
        {
            var again = _setAside.ToArray();
            _setAside.Clear();
            foreach (var item in again)
                Place(item, batch);
        }
        while (batch.Count < batchMax && _setAside.Count < batchMax && _queue.TryDequeue(out var item))
            Place(item, batch);
        return batch;
    }

    private void Place(T item, List<T> batch)
    {
        if (batch.Count < batchMax && _lanes.Add(lane(item)))
            batch.Add(item);
        else
            _setAside.Add(item);
    }
}
