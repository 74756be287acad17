using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Microsoft.Extensions.Logging;

namespace Doorbuster.Claims;

/// <summary>
/// A batch's way through the two steps. The gate may say no; only the ledger says yes. What the gate gave is filed in its log
/// until the ledger answered, so whatever fails here, the units are found again: by a retry of the key, by the auditor, or by
/// the next epoch.
/// </summary>
internal sealed class Passage(IGate gate, ILedger ledger, Epochs epochs, ILogger<Passage> log)
{
    /// <summary>The first step: answers those the gate refuses and hands the rest to <paramref name="onward"/>.</summary>
    public async Task PassGate(Pool pool, List<PendingClaim> batch, Action<PendingClaim> onward)
    {
        try
        {
            var (epoch, answer) = await Take(pool, batch);
            Tell(pool, epoch, answer, batch, onward);
        }
        catch (StoreAwayException)
        {
            foreach (var claim in batch)
                claim.Reply(new(ClaimOutcome.Away));
        }
        catch (Exception error) when (batch.Count > 1)
        {
            // One bad request must not fail its neighbours: halve until it is alone.
            log.BatchSplit(pool.Id, batch.Count, error);
            await PassGate(pool, batch[..(batch.Count / 2)], onward);
            await PassGate(pool, batch[(batch.Count / 2)..], onward);
        }
        catch (Exception error)
        {
            batch[0].Fail(error);
        }
    }

    /// <summary>The second step: enters what the gate gave, answers everybody, returns what the ledger refused.</summary>
    /// <param name="again">Takes those whose epoch has passed; they go back to the gate.</param>
    public async Task EnterLedger(
        Pool pool, List<PendingClaim> batch, Action<PendingClaim> again, Func<bool> isGateIdle)
    {
        foreach (var group in batch.GroupBy(claim => claim.Epoch))
            await EnterLedger(pool, group.Key, group.Count() == batch.Count ? batch : [.. group], again);

        // Settled log entries go with the next call to the gate; when none is about to come, they go now.
        if (pool.HasSettled && isGateIdle())
            await Refuse(pool, pool.Row.Epoch, []);
    }

    private async Task<(int Epoch, GateAnswer Answer)> Take(Pool pool, List<PendingClaim> batch)
    {
        for (var turn = 0; turn < ClaimsOptions.TurnsMax; turn++)
        {
            var epoch = pool.Row.Epoch;
            if (epoch > 0 && await gate.Take(pool.Id, epoch, batch, pool.TakeSettled(epoch)) is { } answer)
                return (epoch, answer);

            // No such gate: never built, forgotten by Redis, or an older epoch's.
            if (await epochs.Begin(pool.Id, epoch, epoch == 0 ? "first claim" : "the gate was gone") is { } row)
                pool.Learn(row);
        }
        throw new StoreAwayException("redis-gate");
    }

    private static void Tell(Pool pool, int epoch, GateAnswer answer, List<PendingClaim> batch, Action<PendingClaim> onward)
    {
        pool.Learn(epoch, answer.Version, answer.Left, Environment.TickCount64);
        var entry = answer.LogEntry is { } id
            ? new LogEntry(id, epoch, answer.Items.Count(item => item.Verdict == GateVerdict.Taken))
            : null;

        for (var i = 0; i < batch.Count; i++)
        {
            var (claim, item) = (batch[i], answer.Items[i]);
            switch (item.Verdict)
            {
                case GateVerdict.SoldOut:
                    claim.Reply(new(ClaimOutcome.SoldOut));
                    continue;
                case GateVerdict.Limit:
                    claim.Reply(new(ClaimOutcome.LimitReached));
                    continue;
                case GateVerdict.KeyReused:
                    claim.Reply(new(ClaimOutcome.KeyReused));
                    continue;
                case GateVerdict.Taken:
                    claim.Entry = entry;
                    break;
                case GateVerdict.Known or GateVerdict.KnownReleased:
                    // Who does not hold the units may not have them entered: the first request of this key may be refused
                    // meanwhile and return them.
                    (claim.Id, claim.LookUpOnly) = (item.Id, true);
                    break;
            }
            claim.Epoch = epoch;
            onward(claim);
        }
    }

    private async Task EnterLedger(Pool pool, int epoch, List<PendingClaim> batch, Action<PendingClaim> again)
    {
        IReadOnlyList<LedgerAnswer> answers;
        try
        {
            var entries = batch.ConvertAll(claim => new LedgerEntry(
                claim.Id, claim.Person, claim.Key, claim.LookUpOnly ? 0 : claim.Quantity, claim.Trace));
            answers = await ledger.Enter(pool.Id, epoch, entries, CancellationToken.None);
        }
        catch (StoreAwayException)
        {
            // Committed or not, nobody knows. The log keeps the units; the key finds the claim.
            foreach (var claim in batch)
                claim.Reply(new(ClaimOutcome.Away, Ticket: claim.Id));
            return;
        }
        catch (Exception error) when (batch.Count > 1)
        {
            log.BatchSplit(pool.Id, batch.Count, error);
            await EnterLedger(pool, epoch, batch[..(batch.Count / 2)], again);
            await EnterLedger(pool, epoch, batch[(batch.Count / 2)..], again);
            return;
        }
        catch (Exception error)
        {
            log.ClaimPoisoned(pool.Id, batch[0].Id, error);
            await Refuse(pool, epoch, batch);
            batch[0].Fail(error);
            return;
        }
        await Settle(pool, epoch, batch, answers, again);
    }

    private async Task Settle(
        Pool pool, int epoch, List<PendingClaim> batch, IReadOnlyList<LedgerAnswer> answers, Action<PendingClaim> again)
    {
        List<PendingClaim> refused = [], late = [];
        List<ClaimOutcome> outcomes = [];    // of the refused: said once their units are back
        for (var i = 0; i < batch.Count; i++)
        {
            var (claim, answer) = (batch[i], answers[i]);
            switch (answer)
            {
                case { Verdict: LedgerVerdict.Made }:
                    claim.Reply(new(ClaimOutcome.Claimed, answer.Claim, claim.Id));
                    break;
                case { Verdict: LedgerVerdict.Known, Claim: { } known }:
                    claim.Reply(known.Quantity == claim.Quantity
                        ? new(ClaimOutcome.Replayed, known, known.Id)
                        : new(ClaimOutcome.KeyReused));

                    // The gate had forgotten the key and gave it units a second time: they go back.
                    if (known.Id != claim.Id && claim.Entry is not null)
                    {
                        refused.Add(claim);
                        outcomes.Add(claim.Result.Outcome);
                        continue;
                    }
                    break;
                case { Verdict: LedgerVerdict.OldEpoch }:
                    late.Add(claim);
                    continue;
                case { Verdict: LedgerVerdict.Missing } when claim.RefusedAs is { } outcome:
                    claim.Reply(new(outcome));
                    break;
                case { Verdict: LedgerVerdict.Missing }:
                    late.Add(claim);    // the first request of this key is still on its way, in another process or lost
                    continue;
                default:
                    refused.Add(claim);
                    outcomes.Add(Outcome(answer.Verdict));
                    continue;
            }
            if (claim.Entry?.SettleOne() == true)
                pool.Settled(claim.Entry);
        }

        if (refused.Count > 0)
        {
            await Refuse(pool, epoch, refused);
            for (var i = 0; i < refused.Count; i++)
                refused[i].Reply(new(outcomes[i]));
        }
        if (late.Count > 0)
            await SendBack(pool, epoch, late, again);
    }

    // Units and the log entry that files them go in one step of the gate: were the entry dropped first, a crash between would
    // leave units that nobody holds and nobody can buy.
    private async Task Refuse(Pool pool, int epoch, List<PendingClaim> refused)
    {
        var settled = pool.TakeSettled(epoch);
        foreach (var claim in refused)
        {
            if (claim.Entry?.SettleOne() == true)
                settled.Add(claim.Entry.Id);
        }
        try
        {
            var returns = refused.ConvertAll(claim => new GateReturn(claim.Person, claim.Id, Forget: true));
            await gate.Return(pool.Id, epoch, returns, settled);
        }
        catch (StoreAwayException)
        {
            // The log entry stays; the auditor enters it again, and returns again what is refused again.
        }
    }

    private async Task SendBack(Pool pool, int epoch, List<PendingClaim> late, Action<PendingClaim> again)
    {
        try
        {
            if (pool.Row.Epoch == epoch && await ledger.FindPool(pool.Id, CancellationToken.None) is { } row)
                pool.Learn(row);
        }
        catch (StoreAwayException)
        {
            foreach (var claim in late)
                claim.Reply(new(ClaimOutcome.Away));
            return;
        }
        foreach (var claim in late)
            Again(claim, again);
    }

    private static void Again(PendingClaim claim, Action<PendingClaim> again)
    {
        if (++claim.Turns >= ClaimsOptions.TurnsMax)
        {
            claim.Reply(claim.LookUpOnly ? new(ClaimOutcome.Queued, Ticket: claim.Id) : new(ClaimOutcome.Away));
            return;
        }
        (claim.Entry, claim.LookUpOnly, claim.Epoch) = (null, false, 0);
        again(claim);
    }

    private static ClaimOutcome Outcome(LedgerVerdict verdict) => verdict switch
    {
        LedgerVerdict.SoldOut => ClaimOutcome.SoldOut,
        LedgerVerdict.Limit => ClaimOutcome.LimitReached,
        LedgerVerdict.NotOpen => ClaimOutcome.NotOpen,
        LedgerVerdict.Closed => ClaimOutcome.Closed,
        LedgerVerdict.Paused => ClaimOutcome.Paused,
        _ => ClaimOutcome.Away,
    };
}
