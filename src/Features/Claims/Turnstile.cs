using Doorbuster.Contracts.Claims;

namespace Doorbuster.Claims;

/// <summary>One pool's way in: requests are combined before the gate and again before the ledger, so that the next batch gathers
/// while the previous one is away, and both stores work at once.</summary>
internal sealed class Turnstile
{
    private readonly Combiner<PendingClaim> _gate;
    private readonly Combiner<PendingClaim> _ledger;

    public Turnstile(Pool pool, Passage passage, Action<Pool> onPassed)
    {
        Pool = pool;
        _ledger = new(
            ClaimsOptions.BatchMax, int.MaxValue, claim => claim.Person,
            batch => passage.EnterLedger(pool, batch, claim => _gate!.TryAdd(claim), () => _gate!.IsIdle), Fail);
        _gate = new(
            ClaimsOptions.BatchMax, int.MaxValue, claim => claim.Person,
            async batch =>
            {
                await passage.PassGate(pool, batch, claim => _ledger.TryAdd(claim));
                onPassed(pool);
            },
            Fail);
    }

    public Pool Pool { get; }

    public bool IsIdle => _gate.IsIdle && _ledger.IsIdle;

    /// <summary>False when too many are on their way already.</summary>
    public bool TryEnter(PendingClaim claim)
    {
        if (_gate.Count + _ledger.Count >= ClaimsOptions.OnTheirWayMax)
            return false;
        return claim.LookUpOnly ? _ledger.TryAdd(claim) : _gate.TryAdd(claim);
    }

    /// <summary>What the gate's log still files from a process that is gone: on to the ledger.</summary>
    public void EnterFiled(PendingClaim claim) => _ledger.TryAdd(claim);

    /// <summary>Answers those whose wait is over: filed at the gate, "queued"; not yet there, "away".</summary>
    public void Expire(long tick)
    {
        if (IsIdle)
            return;
        foreach (var claim in _ledger.Waiting())
        {
            if (tick > claim.WaitsUntil && !claim.IsAnswered)
                claim.Reply(claim.LookUpOnly ? new(ClaimOutcome.Away) : new(ClaimOutcome.Queued, Ticket: claim.Id));
        }
        foreach (var claim in _gate.Waiting())
        {
            if (tick > claim.WaitsUntil && !claim.IsAnswered)
                claim.Reply(new(ClaimOutcome.Away));
        }
    }

    private static void Fail(List<PendingClaim> batch, Exception error)
    {
        foreach (var claim in batch)
            claim.Fail(error);
    }
}
