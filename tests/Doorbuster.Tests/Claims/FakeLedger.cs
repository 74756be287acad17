using Doorbuster.Claims;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;

namespace Doorbuster.Tests.Claims;

/// <summary>A ledger that may commit and then say "unknown". Its rules are the SQL statements', written again.</summary>
internal sealed class FakeLedger(PoolRow pool) : ILedger
{
    private PoolRow _pool = pool;

    public List<Row> Claims { get; } = [];

    /// <summary>Claims released whose message has not been delivered.</summary>
    public List<GateReturn> Outbox { get; } = [];

    public PoolRow Pool => _pool;

    public Fault Next { get; set; }

    public void Change(Func<PoolRow, PoolRow> change) => _pool = change(_pool);

    public Task<IReadOnlyList<LedgerAnswer>> Enter(
        long pool, int epoch, IReadOnlyList<LedgerEntry> batch, CancellationToken cancel) => Call(() => Enter(epoch, batch));

    public async Task<PoolRow?> BeginEpoch(
        long pool, int seenEpoch, Func<int, Task<IReadOnlyList<LedgerEntry>>> readOldLog,
        Func<PoolRow, IReadOnlyList<GateRecord>, Task> build, CancellationToken cancel)
    {
        var fault = Take();
        if (fault == Fault.Before)
            throw new StoreAwayException("postgres");
        if (_pool.Epoch > seenEpoch)
            return _pool;

        // A transaction: what throws in it leaves no trace in the ledger.
        var (poolBefore, claimsBefore) = (_pool, Claims.ToArray());
        try
        {
            foreach (var entry in _pool.Epoch > 0 ? await readOldLog(_pool.Epoch) : [])
                Enter(_pool.Epoch, [entry]);
            _pool = _pool with { Epoch = _pool.Epoch + 1, Taken = Claims.Where(c => c.IsLive).Sum(c => (long)c.Quantity) };
            await build(_pool, [.. Claims.Select(c => new GateRecord(c.Person, c.Key, c.Id, c.IsLive ? c.Quantity : 0))]);
        }
        catch
        {
            _pool = poolBefore;
            Claims.Clear();
            Claims.AddRange(claimsBefore);
            throw;
        }
        return fault == Fault.After ? throw new StoreAwayException("postgres") : _pool;
    }

    public async Task<PoolCount?> Count(
        long pool, Func<int, Task<GateReading?>> readGate, bool full, CancellationToken cancel)
    {
        if (Take() != Fault.None)
            throw new StoreAwayException("postgres");
        var gate = _pool.Epoch > 0 ? await readGate(_pool.Epoch) : null;
        var inFlight = gate?.Log.SelectMany(b => b.Records).Where(r => Claims.All(c => c.Id != r.Id)).Sum(r => (long)r.Quantity) ?? 0;
        var returning = Outbox.Sum(m => (long)Claims.Single(c => c.Id == m.Id).Quantity);
        return new PoolCount(_pool, gate, inFlight, returning, 0, 0, 0, 0);
    }

    public Task<PoolRow?> FindPool(long pool, CancellationToken cancel) => Call<PoolRow?>(() => _pool);

    public Task<EndOutcome> Release(long claim, CancellationToken cancel) => Release(claim, ClaimState.Held);

    public Task<EndOutcome> TakeBack(long claim, CancellationToken cancel) => Release(claim, ClaimState.Kept);

    private Task<EndOutcome> Release(long claim, ClaimState upTo) => Call(() =>
    {
        if (Claims.Find(c => c.Id == claim) is not { } row)
            return EndOutcome.UnknownClaim;
        if (row.State > upTo)
            return row.State == ClaimState.Released ? EndOutcome.AlreadyDone : EndOutcome.Kept;
        row.End(ClaimState.Released);
        _pool = _pool with { Taken = _pool.Taken - row.Quantity };
        Outbox.Add(new(row.Person, row.Id, Forget: false));
        return EndOutcome.Done;
    });

    public Task<EndOutcome> Keep(IReadOnlyList<long> claims, CancellationToken cancel) => Call(() =>
    {
        var rows = Claims.Where(c => claims.Contains(c.Id)).ToArray();
        if (rows.Any(c => c.State != ClaimState.Held))
            return EndOutcome.Released;
        foreach (var row in rows)
            row.End(ClaimState.Kept);
        return EndOutcome.Done;
    });

    public async Task<int> ReleaseDue(int max, CancellationToken cancel)
    {
        var due = Claims.Where(c => c.State == ClaimState.Held).Take(max).ToArray();
        foreach (var row in due)
            await Release(row.Id, cancel);
        return due.Length;
    }

    public Task<ClaimView?> Find(long claim, CancellationToken cancel) =>
        Call(() => Claims.Find(c => c.Id == claim)?.View(_pool.Id));

    public Task<IReadOnlyList<ClaimView>> FindMany(IReadOnlyCollection<long> claims, CancellationToken cancel) =>
        Call<IReadOnlyList<ClaimView>>(() => [.. Claims.Where(c => claims.Contains(c.Id)).Select(c => c.View(_pool.Id))]);

    public Task<ClaimView?> FindByKey(long pool, long person, Guid key, CancellationToken cancel) =>
        Call(() => Claims.Find(c => c.Person == person && c.Key == key)?.View(_pool.Id));

    private List<LedgerAnswer> Enter(int epoch, IReadOnlyList<LedgerEntry> batch)
    {
        var answers = new List<LedgerAnswer>();
        foreach (var entry in batch)
        {
            if (Claims.Find(c => c.Person == entry.Person && c.Key == entry.Key) is { } known)
                answers.Add(new(LedgerVerdict.Known, known.View(_pool.Id)));
            else if (entry.Quantity == 0)
                answers.Add(new(LedgerVerdict.Missing, null));
            else if (epoch != _pool.Epoch)
                answers.Add(new(LedgerVerdict.OldEpoch, null));
            else if (_pool.State != PoolState.Open)
                answers.Add(new(_pool.State == PoolState.Paused ? LedgerVerdict.Paused : LedgerVerdict.Closed, null));
            else if (Claims.Where(c => c.Person == entry.Person && c.IsLive).Sum(c => c.Quantity) + entry.Quantity > _pool.LimitPerPerson)
                answers.Add(new(LedgerVerdict.Limit, null));
            else if (_pool.Taken + entry.Quantity > _pool.Total)
                answers.Add(new(LedgerVerdict.SoldOut, null));
            else
            {
                _pool = _pool with { Taken = _pool.Taken + entry.Quantity, Granted = _pool.Granted + entry.Quantity };
                var row = new Row(entry.Id, entry.Person, entry.Key, entry.Quantity, _pool.Granted);
                Claims.Add(row);
                answers.Add(new(LedgerVerdict.Made, row.View(_pool.Id)));
            }
        }
        return answers;
    }

    private Task<T> Call<T>(Func<T> effect)
    {
        var fault = Take();
        if (fault == Fault.Before)
            return Task.FromException<T>(new StoreAwayException("postgres"));
        var result = effect();
        return fault == Fault.After ? Task.FromException<T>(new StoreAwayException("postgres")) : Task.FromResult(result);
    }

    private Task<IReadOnlyList<LedgerAnswer>> Call(Func<List<LedgerAnswer>> effect) => Call<IReadOnlyList<LedgerAnswer>>(effect);

    private Fault Take()
    {
        var fault = Next;
        Next = Fault.None;
        return fault;
    }

    internal sealed class Row(long id, long person, Guid key, int quantity, long ordinal)
    {
        public long Id => id;
        public long Person => person;
        public Guid Key => key;
        public int Quantity => quantity;
        public long Ordinal => ordinal;
        public ClaimState State { get; private set; }
        public bool IsLive => State != ClaimState.Released;

        public void End(ClaimState state)
        {
            Assert.True(State < state);    // held, then kept, then taken back: each at most once, and never the other way
            State = state;
        }

        public ClaimView View(long pool) => new(id, pool, person, quantity, State, ordinal, null, default);
    }
}
