namespace Doorbuster.Platform;

/// <summary>
/// Remembers answers for seconds in a fixed number of places; a key that falls on another's place takes it. Who asks while an
/// answer is being loaded waits for the same one. Nothing that is decided may rest on it: a stale read may show, never sell.
/// </summary>
/// <param name="holds">False when an answer is no longer true though it is young; null: always true.</param>
public sealed class ShortCache<TKey, TValue>(
    int places, TimeSpan life, TimeProvider clock, Func<TValue, bool>? holds = null) where TKey : notnull
{
    private readonly Entry?[] _entries = new Entry?[places];

    public ValueTask<TValue> Get(TKey key, Func<TKey, CancellationToken, Task<TValue>> load)
    {
        ref var place = ref _entries[PlaceOf(key)];
        var now = clock.GetTimestamp();
        var found = Volatile.Read(ref place);
        if (found is null || !found.Key.Equals(key) || !IsGood(found, now))
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

    /// <summary>Without loading; false when nothing good is here.</summary>
    public bool TryPeek(TKey key, out TValue? value)
    {
        value = default;
        return Volatile.Read(ref _entries[PlaceOf(key)]) is { } found && found.Key.Equals(key)
            && IsGood(found, clock.GetTimestamp()) && found.TryRead(out value);
    }

    /// <param name="asOf">The clock's timestamp before it was loaded.</param>
    public void Put(TKey key, TValue value, long asOf)
    {
        var entry = new Entry(key, asOf);
        entry.Set(value);
        Volatile.Write(ref _entries[PlaceOf(key)], entry);
    }

    private uint PlaceOf(TKey key) => (uint)key.GetHashCode() % (uint)places;

    private bool IsGood(Entry entry, long now) => !entry.Answer.IsFaulted && clock.GetElapsedTime(entry.AsOf, now) < life
        && (holds is null || !entry.TryRead(out var value) || holds(value!));

    private sealed class Entry(TKey key, long asOf)
    {
        private readonly TaskCompletionSource<TValue> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private TValue? _value;
        private volatile bool _isThere;

        public TKey Key => key;

        public long AsOf => asOf;

        public Task<TValue> Answer => _answer.Task;

        public bool TryRead(out TValue? value)
        {
            var isThere = _isThere;    // before the value
            value = isThere ? _value : default;
            return isThere;
        }

        public void Set(TValue value)
        {
            (_value, _isThere) = (value, true);
            _answer.SetResult(value);
        }

        public async Task Load(Func<TKey, CancellationToken, Task<TValue>> load)
        {
            try
            {
                Set(await load(key, CancellationToken.None));
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
