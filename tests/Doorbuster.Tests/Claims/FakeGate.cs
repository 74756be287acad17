using Doorbuster.Claims;
using Doorbuster.Platform;

namespace Doorbuster.Tests.Claims;

internal enum Fault { None, Before, After }

/// <summary>A gate that forgets: all of it, or the tail of what it said. Its rules are the Lua scripts', written again.</summary>
internal sealed class FakeGate : IGate
{
    private readonly Dictionary<int, State> _epochs = [];
    private readonly Dictionary<int, State> _older = [];
    private long _entries;

    /// <summary>Strikes the next call, then is none again.</summary>
    public Fault Next { get; set; }

    public void ForgetEverything() => _epochs.Clear();

    /// <summary>What a later <see cref="LoseTail"/> falls back to, as an asynchronous replica would have it.</summary>
    public void Replicate()
    {
        _older.Clear();
        foreach (var (epoch, state) in _epochs)
            _older[epoch] = state.Copy();
    }

    public void LoseTail()
    {
        _epochs.Clear();
        foreach (var (epoch, state) in _older)
            _epochs[epoch] = state.Copy();
    }

    public Task<GateAnswer?> Take(long pool, int epoch, IReadOnlyList<PendingClaim> batch, IReadOnlyList<string> settled) =>
        Call<GateAnswer?>(() =>
        {
            if (!_epochs.TryGetValue(epoch, out var state))
                return null;
            foreach (var id in settled)
                state.Log.Remove(id);

            var (items, taken) = (new List<GateItem>(), new List<GateRecord>());
            foreach (var claim in batch)
            {
                var records = state.Of(claim.Person);
                var known = records.FindIndex(r => r.Key == claim.Key);
                if (known >= 0)
                    items.Add(new(records[known].Quantity == 0 ? GateVerdict.KnownReleased
                        : records[known].Quantity == claim.Quantity ? GateVerdict.Known : GateVerdict.KeyReused, records[known].Id));
                else if (state.Limit is { } limit && records.Sum(r => r.Quantity) + claim.Quantity > limit)
                    items.Add(new(GateVerdict.Limit, 0));
                else if (state.Left < claim.Quantity)
                    items.Add(new(GateVerdict.SoldOut, 0));
                else
                {
                    state.Left -= claim.Quantity;
                    var record = new GateRecord(claim.Person, claim.Key, claim.Id, claim.Quantity);
                    records.Add(record);
                    taken.Add(record);
                    items.Add(new(GateVerdict.Taken, 0));
                }
            }
            var entry = taken.Count > 0 ? $"{++_entries}-0" : null;
            if (entry is not null)
                state.Log[entry] = taken;
            return new GateAnswer(state.Left, ++state.Version, entry, items);
        });

    public Task<bool> Return(long pool, int epoch, IReadOnlyList<GateReturn> returns, IReadOnlyList<string> settled) => Call(() =>
    {
        if (!_epochs.TryGetValue(epoch, out var state))
            return false;
        foreach (var id in settled)
            state.Log.Remove(id);
        foreach (var back in returns)
        {
            var records = state.Of(back.Person);
            var at = records.FindIndex(r => r.Id == back.Id);
            if (at < 0)
                continue;
            state.Left += records[at].Quantity;
            if (back.Forget)
                records.RemoveAt(at);
            else
                records[at] = records[at] with { Quantity = 0 };
        }
        state.Version++;
        return true;
    });

    public Task<GateReading?> Read(long pool, int epoch) => Call(() => _epochs.TryGetValue(epoch, out var state)
        ? new GateReading(state.Left, state.Version,
            [.. state.Log.Select(e => new LoggedBatch(e.Key, default, [.. e.Value]))])
        : null);

    public Task Build(long pool, int epoch, long? left, int? limitPerPerson, IReadOnlyList<GateRecord> records) => Call(() =>
    {
        var state = new State { Left = left, Limit = limitPerPerson };
        foreach (var record in records)
            state.Of(record.Person).Add(record);
        _epochs[epoch] = state;
        return true;
    });

    public Task Drop(long pool, int epoch) => Call(() => _epochs.Remove(epoch));

    public async IAsyncEnumerable<IReadOnlyList<long>> People(long pool, int epoch)
    {
        yield return await Call<long[]>(() => _epochs.TryGetValue(epoch, out var state) ? [.. state.People.Keys] : []);
    }

    private Task<T> Call<T>(Func<T> effect)
    {
        var fault = Next;
        Next = Fault.None;
        if (fault == Fault.Before)
            return Task.FromException<T>(new StoreAwayException("redis-gate"));
        var result = effect();
        return fault == Fault.After ? Task.FromException<T>(new StoreAwayException("redis-gate")) : Task.FromResult(result);
    }

    private sealed class State
    {
        public required long? Left { get; set; }
        public required int? Limit { get; init; }
        public long Version { get; set; }
        public Dictionary<long, List<GateRecord>> People { get; private init; } = [];
        public SortedDictionary<string, List<GateRecord>> Log { get; private init; } = [];

        public List<GateRecord> Of(long person) =>
            People.TryGetValue(person, out var records) ? records : People[person] = [];

        public State Copy() => new()
        {
            Left = Left,
            Limit = Limit,
            Version = Version,
            People = People.ToDictionary(p => p.Key, p => p.Value.ToList()),
            Log = new(Log.ToDictionary(e => e.Key, e => e.Value.ToList())),
        };
    }
}
