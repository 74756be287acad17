using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;

namespace Doorbuster.Claims;

/// <summary>
/// One pool's way in: requests gather while the previous batch passes gate and ledger, and go as the next one. The two steps of
/// a batch follow each other; overlapping them halved the batches and doubled the cost of a claim.
/// </summary>
internal sealed class Turnstile
{
    private readonly Combiner<PendingClaim> _combiner;
    private readonly Passage _passage;
    private readonly Action<Pool> _onPassed;
    private readonly Rush _rush;

    public Turnstile(Pool pool, Passage passage, Action<Pool> onPassed, Rush rush)
    {
        (Pool, _passage, _onPassed, _rush) = (pool, passage, onPassed, rush);
        _combiner = new(ClaimsOptions.BatchMax, claim => claim.Person, Pass, Fail);
    }

    public Pool Pool { get; }

    public bool IsIdle => _combiner.IsIdle;

    /// <summary>False when too many are on their way already.</summary>
    public bool TryEnter(PendingClaim claim)
    {
        if (_combiner.Count >= ClaimsOptions.OnTheirWayMax)
            return false;
        _combiner.Add(claim);
        return true;
    }

    /// <summary>What the gate's log still files from a process that is gone: on to the ledger.</summary>
    public void EnterFiled(PendingClaim claim) => _combiner.Add(claim);

    /// <summary>Answers those whose wait is over: filed at the gate, "queued"; not yet there, "away".</summary>
    public void Expire(long tick)
    {
        if (IsIdle)
            return;
        foreach (var claim in _combiner.Waiting())
        {
            if (tick > claim.WaitsUntil && !claim.IsAnswered)
                claim.Reply(claim is { Epoch: > 0, LookUpOnly: false }
                    ? new(ClaimOutcome.Queued, Ticket: claim.Id)
                    : new(ClaimOutcome.Away));
        }
    }

    private async Task Pass(List<PendingClaim> batch)
    {
        if (_combiner.Count >= ClaimsOptions.RushMin)
            _rush.Note();

        // Past the gate already: filed there by a lost process, or refused anyhow and only looked up.
        var onward = batch.FindAll(claim => claim.Epoch > 0);
        if (onward.Count < batch.Count)
        {
            await _passage.PassGate(Pool, onward.Count == 0 ? batch : batch.FindAll(claim => claim.Epoch == 0), onward.Add);
            _onPassed(Pool);
        }
        if (onward.Count > 0)
            await _passage.EnterLedger(Pool, onward, _combiner.Add, () => _combiner.Count <= batch.Count);
    }

    private static void Fail(List<PendingClaim> batch, Exception error)
    {
        foreach (var claim in batch)
            claim.Fail(error);
    }
}
