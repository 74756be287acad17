using System.Collections.Concurrent;
using Doorbuster.Contracts.Claims;

namespace Doorbuster.Claims;

/// <summary>
/// What this process knows of one pool. A hint that saves work: the gate and the ledger decide, and both refuse an older epoch.
/// </summary>
internal sealed class Pool(PoolRow row, long tick)
{
    private readonly ConcurrentQueue<LogEntry> _settled = new();
    private readonly Lock _lock = new();
    private volatile PoolRow _row = row;
    private volatile GateHint _gate = new(row.Epoch, 0, null);
    private long _readAt = tick;
    private long _askedAt;
    private volatile PeopleFilter? _people;
    private volatile PoolView? _view;    // made once per change: every request looks at it
    private int _loadingPeople;

    public long Id => _row.Id;

    public PoolRow Row => _row;

    /// <summary>Units the gate last reported free; null when unlimited or unknown.</summary>
    public long? Left => _gate.Left;

    public bool HasSettled => !_settled.IsEmpty;

    public PoolView View() => _view ?? NewView();

    /// <summary>True for one caller once what is known has become too old.</summary>
    public bool ShouldRead(long tick)
    {
        var readAt = Volatile.Read(ref _readAt);
        return tick - readAt > ClaimsOptions.PoolAgeMaxMs && Interlocked.CompareExchange(ref _readAt, tick, readAt) == readAt;
    }

    public void Learn(PoolRow row)
    {
        lock (_lock)
        {
            if (row.Epoch < _row.Epoch)
                return;
            if (row.Epoch > _row.Epoch)
                SetHint(new GateHint(row.Epoch, 0, null));
            else if (row.IsGateDropped)
                SetHint(_gate with { Left = null });    // whoever took units is not to be found in the gate any more
            _row = row;
            _view = null;
        }
    }

    /// <summary>Takes over what the gate said, unless something newer is known.</summary>
    public void Learn(int epoch, long version, long? left, long tick)
    {
        lock (_lock)
        {
            var known = _gate;
            if (epoch < known.Epoch || epoch == known.Epoch && version < known.Version)
                return;
            SetHint(new GateHint(epoch, version, left));
            Volatile.Write(ref _askedAt, tick);
        }
    }

    /// <summary>Whatever was announced meanwhile was missed: ask the gate again.</summary>
    public void Doubt()
    {
        lock (_lock)
            SetHint(_gate with { Left = null });
    }

    /// <summary>
    /// Without I/O: nothing is left, and this person never took anything here. Every second one caller is sent to the gate to
    /// see whether that is still so.
    /// </summary>
    public bool IsSoldOutFor(long person, long tick)
    {
        if (_gate.Left is not 0 || _people is not { } people || people.MayContain(person))
            return false;
        var askedAt = Volatile.Read(ref _askedAt);
        return tick - askedAt <= ClaimsOptions.SoldOutAgeMaxMs
            || Interlocked.CompareExchange(ref _askedAt, tick, askedAt) != askedAt;
    }

    /// <summary>True for one caller when the pool is empty and nobody has loaded yet who took its units.</summary>
    public bool ShouldLoadPeople() =>
        _gate.Left is 0 && _people is null && Interlocked.Exchange(ref _loadingPeople, 1) == 0;

    /// <summary>Takes over the people if the gate is as it was when they were read: still empty, so nobody came after.</summary>
    public void PeopleLoaded(int epoch, long version, PeopleFilter? people)
    {
        lock (_lock)
        {
            if (_gate.Left is 0 && _gate.Epoch == epoch && _gate.Version == version)
                _people = people;
        }
        Volatile.Write(ref _loadingPeople, 0);
    }

    public (int Epoch, long Version) GateVersion => (_gate.Epoch, _gate.Version);

    public void Settled(LogEntry entry) => _settled.Enqueue(entry);

    /// <summary>Log entries to drop with the next call to the gate of this epoch.</summary>
    public List<string> TakeSettled(int epoch)
    {
        var ids = new List<string>();
        while (ids.Count < ClaimsOptions.BatchMax && _settled.TryDequeue(out var entry))
        {
            if (entry.Epoch == epoch)    // an older epoch's log is gone as a whole
                ids.Add(entry.Id);
        }
        return ids;
    }

    private void SetHint(GateHint hint)
    {
        if (hint.Left is not 0 || hint.Epoch != _gate.Epoch || hint.Version != _gate.Version)
            _people = null;
        _gate = hint;
        _view = null;
    }

    private PoolView NewView()
    {
        lock (_lock)
            return _view = new(
                _row.Id, _row.Kind, _row.Total, _row.LimitPerPerson, _row.Hold, Finite(_row.OpensAt), Finite(_row.ClosesAt),
                _row.State, _row.Epoch, _row.IsGateDropped ? _row.Left : _gate.Left);
    }

    private static DateTimeOffset? Finite(DateTimeOffset at) =>
        at == DateTimeOffset.MinValue || at == DateTimeOffset.MaxValue ? null : at;

    private sealed record GateHint(int Epoch, long Version, long? Left);
}
