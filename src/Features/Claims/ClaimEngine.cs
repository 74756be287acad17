using System.Diagnostics;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;

namespace Doorbuster.Claims;

/// <summary>The engine as the other features see it.</summary>
internal sealed class ClaimEngine(
    Pools pools, PoolStore store, ILedger ledger, IGate gate, Epochs epochs, Ids ids, TimeProvider clock) : IClaims
{
    public async Task<PoolOutcome> Create(PoolDefinition pool, CancellationToken cancel)
    {
        var outcome = await store.Create(pool, cancel);
        await pools.Refresh(pool.Id, cancel);
        return outcome;
    }

    public async Task<PoolOutcome> Change(long pool, PoolChange change, CancellationToken cancel)
    {
        var (outcome, epoch) = await store.Change(pool, change, cancel);

        // The gate counts from the new total; a crash before this line is drift, which the auditor repairs the same way.
        if (outcome == PoolOutcome.Done && change.Total is not null && epoch > 0)
            await epochs.Begin(pool, epoch, "the total was changed");
        await pools.Refresh(pool, cancel);
        return outcome;
    }

    public async ValueTask<PoolView?> FindPool(long pool, CancellationToken cancel) =>
        (pools.Peek(pool) ?? await pools.Find(pool, cancel))?.Pool.View();

    public bool IsSoldOutFor(long pool, long person) =>
        pools.Peek(pool) is { } turnstile && turnstile.Pool.IsSoldOutFor(person, Environment.TickCount64);

    public ValueTask<ClaimResult> Claim(ClaimRequest request, CancellationToken cancel)
    {
        if (request.Quantity is < 1 or > ClaimsOptions.QuantityMax)
            return new(new ClaimResult(ClaimOutcome.InvalidQuantity));
        if (!ClaimKey.TryRead(request.Key, out var key))
            return new(new ClaimResult(ClaimOutcome.InvalidKey));
        return pools.Peek(request.Pool) is { } turnstile
            ? Claim(turnstile, request, key)
            : FindAndClaim(request, key, cancel);
    }

    public Task<EndOutcome> KeepAll(IReadOnlyList<long> claims, CancellationToken cancel) => ledger.Keep(claims, cancel);

    public Task<EndOutcome> Release(long claim, CancellationToken cancel) => ledger.Release(claim, cancel);

    public Task<EndOutcome> TakeBack(long claim, CancellationToken cancel) => ledger.TakeBack(claim, cancel);

    public Task<ClaimView?> Find(long claim, CancellationToken cancel) => ledger.Find(claim, cancel);

    public Task<IReadOnlyList<ClaimView>> FindMany(IReadOnlyCollection<long> claims, CancellationToken cancel) =>
        ledger.FindMany(claims, cancel);

    public Task<ClaimView?> FindByKey(long pool, long person, string key, CancellationToken cancel) =>
        ClaimKey.TryRead(key, out var read)
            ? ledger.FindByKey(pool, person, read, cancel)
            : Task.FromResult<ClaimView?>(null);

    public async Task<IReadOnlyDictionary<long, long>> ListFree(
        IReadOnlyCollection<long> pools, CancellationToken cancel) => pools.Count == 0
            ? new Dictionary<long, long>()
            : (await store.ListFree([.. pools], cancel)).ToDictionary(pool => pool.Id, pool => pool.Free);

    public Task<PoolLook?> Look(long pool, CancellationToken cancel) => store.Look(pool, epoch => ReadGate(pool, epoch), cancel);

    public async Task<PoolAudit?> Audit(long pool, CancellationToken cancel)
    {
        if (await ledger.Count(pool, epoch => ReadGate(pool, epoch), full: true, cancel) is not { } count)
            return null;

        // A gate that was never built, or dropped after the end, is not wrong: the first claim builds it.
        var drift = count.Row.Epoch == 0 || count.Row.IsGateDropped ? 0 : count.Drift;
        return new PoolAudit(
            pool, count.Row.Total, count.Kept, count.Held, count.Row.Total - count.Kept - count.Held, count.InFlight, drift,
            count.PeopleOverLimit, count.DuplicateKeys, count.Row.Taken - count.Kept - count.Held, count.Row.Epoch);
    }

    private async Task<GateReading?> ReadGate(long pool, int epoch)
    {
        try
        {
            return await gate.Read(pool, epoch);
        }
        catch (StoreAwayException)
        {
            return null;
        }
    }

    private async ValueTask<ClaimResult> FindAndClaim(ClaimRequest request, Guid key, CancellationToken cancel)
    {
        try
        {
            return await pools.Find(request.Pool, cancel) is { } turnstile
                ? await Claim(turnstile, request, key)
                : new ClaimResult(ClaimOutcome.UnknownPool);
        }
        catch (StoreAwayException)
        {
            return new ClaimResult(ClaimOutcome.Away);
        }
    }

    private ValueTask<ClaimResult> Claim(Turnstile turnstile, in ClaimRequest request, Guid key)
    {
        // A pool that is not open may still have granted this key earlier, so the refusal waits for a look into the ledger.
        // A pool without any claim has nothing to look for.
        var refusal = Refusal(turnstile.Pool.Row, clock.GetUtcNow());
        if (refusal is { } now && turnstile.Pool.Row.Granted == 0 && turnstile.IsIdle)
            return new(new ClaimResult(now));

        var activity = Activity.Current;
        var claim = new PendingClaim
        {
            Person = request.Person,
            Quantity = request.Quantity,
            Key = key,
            Id = ids.NextFor(request.Person),
            WaitsUntil = Environment.TickCount64 + (long)request.Wait.TotalMilliseconds,
            Trace = activity is { Recorded: true } ? activity.Id : null,
            LookUpOnly = refusal is not null,
            RefusedAs = refusal,
            Epoch = refusal is null ? 0 : turnstile.Pool.Row.Epoch,
        };
        return turnstile.TryEnter(claim) ? claim.Answer : new(new ClaimResult(ClaimOutcome.Away));
    }

    private static ClaimOutcome? Refusal(PoolRow pool, DateTimeOffset now) =>
        pool.State == PoolState.Closed || now >= pool.ClosesAt ? ClaimOutcome.Closed
        : now < pool.OpensAt ? ClaimOutcome.NotOpen
        : pool.State == PoolState.Paused ? ClaimOutcome.Paused
        : null;
}
