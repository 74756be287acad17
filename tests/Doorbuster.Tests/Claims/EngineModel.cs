using Doorbuster.Claims;
using Doorbuster.Contracts.Claims;
using Microsoft.Extensions.Logging.Abstractions;

namespace Doorbuster.Tests.Claims;

/// <summary>
/// Two processes on one pool, with a gate that forgets and a ledger that says "unknown". Each number of a history is one step;
/// what must always hold is checked after each, what must hold once faults have stopped at the end.
/// </summary>
internal sealed class EngineModel
{
    private const long PoolId = 7;
    private const int People = 6;
    private const int KeysAPerson = 4;

    private readonly FakeGate _gate = new();
    private readonly FakeLedger _ledger;
    private readonly Process[] _processes;
    private readonly Dictionary<(long Person, Guid Key), ClaimView> _promised = [];
    private readonly int _limit;
    private long _nextId = 100;

    public EngineModel(int total, int limit)
    {
        _limit = limit;
        _ledger = new FakeLedger(new PoolRow(
            PoolId, "sale", total, limit, TimeSpan.FromMinutes(15), DateTimeOffset.MinValue, DateTimeOffset.MaxValue, PoolState.Open,
            Epoch: 0, Taken: 0, Granted: 0));
        _processes = [new Process(_gate, _ledger), new Process(_gate, _ledger)];
    }

    public async Task Step(int number)
    {
        var process = _processes[number & 1];
        var rest = number >> 5;
        switch (number >> 1 & 15)
        {
            case < 5:
                await Ask(process, rest, onwardNow: true);
                break;
            case 5 or 6:
                await Ask(process, rest, onwardNow: false);
                break;
            case 7:
                await Enter(process, isGateIdle: rest % 2 == 0);
                break;
            case 8:
                (_gate.Next, _ledger.Next) = ((Fault)(rest % 3), (Fault)(rest / 3 % 3));
                await Ask(process, rest / 9, onwardNow: true);
                (_gate.Next, _ledger.Next) = (Fault.None, Fault.None);
                break;
            case 9 when _ledger.Claims.Count > 0:
                await _ledger.Keep([_ledger.Claims[rest % _ledger.Claims.Count].Id], default);
                break;
            case 10 when _ledger.Claims.Count > 0:
                var ended = _ledger.Claims[rest % _ledger.Claims.Count].Id;
                await (rest / _ledger.Claims.Count % 2 == 0 ? _ledger.Release(ended, default) : _ledger.TakeBack(ended, default));
                break;
            case 11:
                await DeliverReleases(twice: rest % 2 == 0);
                break;
            case 12:
                if (rest % 3 == 0) _gate.ForgetEverything();
                else if (rest % 3 == 1) _gate.LoseTail();
                else _gate.Replicate();
                break;
            case 13:
                process.Crash();
                break;
            case 14:
                await Audit(process);
                break;
            case 15:
                _ledger.Change(pool => pool with { State = (PoolState)(rest % 5 > 2 ? 0 : rest % 5) });
                break;
        }
        CheckAlways();
    }

    /// <summary>A step in which nothing breaks: requests, endings, their messages, pauses.</summary>
    public Task CalmStep(int number) => (number >> 1 & 15) is 8 or 12 or 13 or 14 ? Task.CompletedTask : Step(number);

    /// <summary>Where nothing broke, the gate agrees with the ledger by itself: no auditor, no new epoch.</summary>
    public async Task CheckUnbroken()
    {
        _ledger.Change(pool => pool with { State = PoolState.Open });
        foreach (var process in _processes)
            await Enter(process, isGateIdle: true);
        await DeliverReleases(twice: true);

        var count = (await _ledger.Count(PoolId, epoch => _gate.Read(PoolId, epoch), full: true, default))!;
        Assert.True(count.Row.Epoch <= 1);
        Assert.Equal((0, 0), (count.Drift ?? 0, count.InFlight));
    }

    /// <summary>Faults stop. After a few looks of the auditor nothing has drifted, and exactly what is free can be sold.</summary>
    public async Task Heal()
    {
        _ledger.Change(pool => pool with { State = PoolState.Open });
        foreach (var process in _processes)
            process.Crash();
        for (var look = 0; look < 12; look++)
        {
            await DeliverReleases(twice: false);
            await Audit(_processes[0]);
        }
        CheckAlways();

        // Whoever was told "it is yours" finds it under the same key.
        foreach (var ((person, key), claim) in _promised)
            Assert.Equal(claim.Id, (await _ledger.FindByKey(PoolId, person, key, default))?.Id);

        var free = _ledger.Pool.Left!.Value;
        var sold = 0L;
        for (var person = 1_000L; person < 1_000 + free + 3; person++)
        {
            var claim = Pending(person, Key(person, 0), 1);
            await Run(_processes[1], [claim]);
            sold += claim.Result.Outcome == ClaimOutcome.Claimed ? 1 : 0;
        }
        Assert.Equal(free, sold);
        Assert.Equal(_ledger.Pool.Total, _ledger.Pool.Taken);

        var count = (await _ledger.Count(PoolId, epoch => _gate.Read(PoolId, epoch), full: true, default))!;
        Assert.Equal(0, count.Gate is null ? 0 : count.Drift);
    }

    private async Task Ask(Process process, int number, bool onwardNow)
    {
        var batch = new List<PendingClaim>();
        for (var more = 1 + number % 3; more > 0; more--, number /= 7)
        {
            var person = 1 + number % People;
            if (batch.All(claim => claim.Person != person))
                batch.Add(Pending(person, Key(person, number / People % KeysAPerson), 1 + number / 3 % 3));
        }
        await process.Passage.PassGate(process.Pool, batch, process.Onward.Add);
        process.Asked.AddRange(batch);
        if (onwardNow)
            await Enter(process, isGateIdle: true);
    }

    private async Task Enter(Process process, bool isGateIdle)
    {
        for (var turn = 0; process.Onward.Count > 0 && turn < 20; turn++)
        {
            var batch = process.Onward.DistinctBy(claim => claim.Person).ToList();
            process.Onward.RemoveAll(batch.Contains);
            var again = new List<PendingClaim>();
            await process.Passage.EnterLedger(process.Pool, batch, again.Add, () => isGateIdle);
            if (again.Count > 0)
                await process.Passage.PassGate(process.Pool, again, process.Onward.Add);
        }
        foreach (var claim in process.Asked)
            Note(claim);
        process.Asked.Clear();
    }

    private async Task Run(Process process, List<PendingClaim> batch)
    {
        await process.Passage.PassGate(process.Pool, batch, process.Onward.Add);
        await Enter(process, isGateIdle: true);
    }

    private void Note(PendingClaim asked)
    {
        if (!asked.IsAnswered)
            return;
        var answer = asked.Result;
        if (answer.Outcome is not (ClaimOutcome.Claimed or ClaimOutcome.Replayed))
            return;

        // A "yes" is in the ledger before it is said, for this person and quantity, and one key always means one claim.
        var claim = answer.Claim!;
        Assert.Contains(_ledger.Claims, row => row.Id == claim.Id && row.Person == asked.Person && row.Key == asked.Key);
        Assert.Equal(asked.Quantity, claim.Quantity);
        if (_promised.TryGetValue((asked.Person, asked.Key), out var before))
            Assert.Equal((before.Id, before.Ordinal), (claim.Id, claim.Ordinal));
        _promised[(asked.Person, asked.Key)] = claim;
    }

    private async Task DeliverReleases(bool twice)
    {
        var messages = _ledger.Outbox.ToArray();
        for (var i = 0; i < (twice ? 2 : 1); i++)
            await _gate.Return(PoolId, _ledger.Pool.Epoch, messages, []);
        _ledger.Outbox.Clear();
    }

    private async Task Audit(Process process)
    {
        await process.Auditor.Audit(process.Pool, process.Onward.Add, default);
        await Enter(process, isGateIdle: true);
    }

    private void CheckAlways()
    {
        var live = _ledger.Claims.Where(claim => claim.IsLive).ToArray();
        Assert.True(live.Sum(claim => (long)claim.Quantity) <= _ledger.Pool.Total);
        Assert.Equal(_ledger.Pool.Taken, live.Sum(claim => (long)claim.Quantity));
        Assert.All(live.GroupBy(claim => claim.Person), person => Assert.True(person.Sum(c => c.Quantity) <= _limit));
        Assert.Equal(_ledger.Claims.Count, _ledger.Claims.DistinctBy(claim => (claim.Person, claim.Key)).Count());
        Assert.Equal(_ledger.Claims.Count, _ledger.Claims.DistinctBy(claim => claim.Ordinal).Count());
    }

    private PendingClaim Pending(long person, Guid key, int quantity) =>
        new() { Person = person, Key = key, Quantity = quantity, Id = _nextId++, WaitsUntil = long.MaxValue };

    private static Guid Key(long person, int number) => new((int)person, (short)number, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    private sealed class Process
    {
        private readonly FakeGate _gate;
        private readonly FakeLedger _ledger;

        public Process(FakeGate gate, FakeLedger ledger)
        {
            (_gate, _ledger) = (gate, ledger);
            Crash();
        }

        public Pool Pool { get; private set; } = null!;
        public Passage Passage { get; private set; } = null!;
        public PoolAuditor Auditor { get; private set; } = null!;

        /// <summary>Past the gate, not yet in the ledger.</summary>
        public List<PendingClaim> Onward { get; } = [];

        public List<PendingClaim> Asked { get; } = [];

        /// <summary>Everything in memory is gone; the callers never hear.</summary>
        public void Crash()
        {
            Onward.Clear();
            Asked.Clear();
            Pool = new Pool(_ledger.Pool, 0);
            var epochs = new Epochs(_gate, _ledger, NullLogger<Epochs>.Instance);
            Passage = new Passage(_gate, _ledger, epochs, NullLogger<Passage>.Instance);
            Auditor = new PoolAuditor(_gate, _ledger, epochs, NullLogger<PoolAuditor>.Instance);
        }
    }
}
