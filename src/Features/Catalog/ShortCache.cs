namespace Doorbuster.Catalog;

/// <summary>
/// Remembers answers for seconds in a fixed number of places; a key that falls on another's place takes it. Who asks while an
/// answer is being loaded waits for the same one. Nothing that is decided may rest on it: a stale read may show, never sell.
/// </summary>
internal sealed class ShortCache<TKey, TValue>(int places, TimeSpan life, TimeProvider clock) where TKey : notnull
{
    private readonly Entry?[] _entries = new Entry?[places];

    public ValueTask<TValue> Get(TKey key, Func<TKey, CancellationToken, Task<TValue>> load)
    {
        ref var place = ref _entries[(uint)key.GetHashCode() % (uint)places];
        var now = clock.GetTimestamp();
        var found = Volatile.Read(ref place);
        if (found is null || !found.Key.Equals(key) || found.Answer.IsFaulted || clock.GetElapsedTime(found.AsOf, now) >= life)
        {
            var mine = new Entry(key, now);
            var before = Interlocked.CompareExchange(ref place, mine, found);
            if (before == found || before is null || !before.Key.Equals(key))
            {
                // Without the caller's cancellation: others wait for the answer too.
                found = mine;
                _ = mine.Load(load);
            }
            else
            {
                found = before;    // somebody was quicker
            }
        }
        return new(found.Answer);
    }

    private sealed class Entry(TKey key, long asOf)
    {
        private readonly TaskCompletionSource<TValue> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TKey Key => key;

        public long AsOf => asOf;

        public Task<TValue> Answer => _answer.Task;

        public async Task Load(Func<TKey, CancellationToken, Task<TValue>> load)
        {
            try
            {
                _answer.SetResult(await load(key, CancellationToken.None));
            }
#pragma warning disable CA1031 // Whoever waits hears of it; the entry is loaded again by the next.
            catch (Exception error)
#pragma warning restore CA1031
            {
                _answer.SetException(error);
            }
        }
    }
}
