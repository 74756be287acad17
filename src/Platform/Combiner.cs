using System.Collections.Concurrent;
using System.Threading.Tasks.Sources;

namespace Doorbuster.Platform;

/// <summary>
/// Makes one lookup of many: what is asked while a lookup is under way goes into the next one, so there is no timer and an idle
/// system waits for nobody. There is no loop that could die; whoever finds no lookup under way starts one, and it goes on until
/// nobody waits.
/// </summary>
/// <param name="store">Named when more wait than may.</param>
/// <param name="load">Answers the keys in their order.</param>
public sealed class Combiner<TKey, TValue>(
    string store, int batchMax, int waitingMax, int lookupsMax, Func<TKey[], Task<TValue[]>> load)
{
    private readonly ConcurrentQueue<Waiter> _waiting = new();
    private readonly ConcurrentQueue<Waiter> _spare = new();
    private int _waitingCount;
    private int _lookups;

    /// <exception cref="StoreAwayException">Too many wait already: the store does not keep up.</exception>
    public ValueTask<TValue> Get(TKey key)
    {
        if (Interlocked.Increment(ref _waitingCount) > waitingMax)
        {
            Interlocked.Decrement(ref _waitingCount);
            throw new StoreAwayException(store);
        }
        var waiter = _spare.TryDequeue(out var spare) ? spare : new Waiter(this);
        waiter.Key = key;
        var answer = waiter.Answer;
        _waiting.Enqueue(waiter);
        StartLookup();
        return answer;
    }

    private void StartLookup()
    {
        while (Volatile.Read(ref _lookups) is var running && running < lookupsMax)
        {
            if (Interlocked.CompareExchange(ref _lookups, running + 1, running) == running)
            {
                _ = LookUp();
                return;
            }
        }
    }

    private async Task LookUp()
    {
        // Off the caller's stack: a caller must not do the work of those who come after it.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var batch = new List<Waiter>(batchMax);
        while (true)
        {
            while (batch.Count < batchMax && _waiting.TryDequeue(out var waiter))
                batch.Add(waiter);
            if (batch.Count == 0)
            {
                Interlocked.Decrement(ref _lookups);
                if (!_waiting.IsEmpty)    // came between the last look and the decrement, and found us still under way
                    StartLookup();
                return;
            }
            await LookUp(batch);
            batch.Clear();
        }
    }

    private async Task LookUp(List<Waiter> batch)
    {
        Interlocked.Add(ref _waitingCount, -batch.Count);
        try
        {
            var keys = new TKey[batch.Count];
            for (var i = 0; i < keys.Length; i++)
                keys[i] = batch[i].Key;
            var values = await load(keys);
            for (var i = 0; i < keys.Length; i++)
                batch[i].Succeed(values[i]);
        }
#pragma warning disable CA1031 // Whatever it is, everyone who waits must hear of it.
        catch (Exception error)
#pragma warning restore CA1031
        {
            foreach (var waiter in batch)
                waiter.Fail(error);
        }
    }

    private sealed class Waiter : IValueTaskSource<TValue>
    {
        private const int SpareMax = 4_096;

        private readonly Combiner<TKey, TValue> _home;
        private ManualResetValueTaskSourceCore<TValue> _core = new() { RunContinuationsAsynchronously = true };

        public Waiter(Combiner<TKey, TValue> home) => _home = home;

        public TKey Key { get; set; } = default!;

        public ValueTask<TValue> Answer => new(this, _core.Version);

        public void Succeed(TValue value) => _core.SetResult(value);

        public void Fail(Exception error) => _core.SetException(error);

        public TValue GetResult(short token)
        {
            try
            {
                return _core.GetResult(token);
            }
            finally
            {
                _core.Reset();
                if (_home._spare.Count < SpareMax)
                    _home._spare.Enqueue(this);
            }
        }

        public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

        public void OnCompleted(
            Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, flags);
    }
}
