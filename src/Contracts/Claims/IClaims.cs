namespace Doorbuster.Contracts.Claims;

/// <summary>
/// Everything scarce is a claim on a pool: <c>held</c>, then <c>kept</c> or <c>released</c>, nothing else.
/// Expected outcomes are values; a store that is away is the outcome <see cref="ClaimOutcome.Away"/>, never a guess.
/// </summary>
public interface IClaims
{
    /// <summary>Makes a pool under an id the caller minted. Same id and content again: no effect.</summary>
    Task<PoolOutcome> Create(PoolDefinition pool, CancellationToken cancel);

    /// <summary>Changes what is given and leaves the rest. A total below what is taken is refused.</summary>
    Task<PoolOutcome> Change(long pool, PoolChange change, CancellationToken cancel);

    /// <summary>What this process knows of the pool, at most a second old; null when there is no such pool.</summary>
    ValueTask<PoolView?> FindPool(long pool, CancellationToken cancel);

    /// <summary>
    /// Takes units for a person. "Claimed" is said only after PostgreSQL committed it. The same key again, by the
    /// same person on the same pool, finds the same claim, also after a crash of any part.
    /// </summary>
    ValueTask<ClaimResult> Claim(ClaimRequest request, CancellationToken cancel);

    /// <summary>
    /// True when this process knows, without I/O, that the pool has nothing left and the person never claimed from
    /// it, so that an earlier claim cannot be waiting for a retry.
    /// </summary>
    bool IsSoldOutFor(long pool, long person);

    /// <summary>
    /// Keeps (paid) all of these held claims or none, in one transaction: an order of several lines is paid as a whole.
    /// Compare-and-set: exactly one of keep and release wins.
    /// <see cref="EndOutcome.AlreadyDone"/> when all were kept before; <see cref="EndOutcome.Released"/> when one was
    /// released, <see cref="EndOutcome.UnknownClaim"/> when one does not exist: then nothing has changed.
    /// </summary>
    Task<EndOutcome> KeepAll(IReadOnlyList<long> claims, CancellationToken cancel);

    /// <summary>Ends a held claim as released; its units go back to the pool, once.</summary>
    Task<EndOutcome> Release(long claim, CancellationToken cancel);

    /// <summary>Ends a claim as released that may have been kept: what was sold and has not left the shop is free again, once.
    /// <see cref="EndOutcome.AlreadyDone"/> when it was released before.</summary>
    Task<EndOutcome> TakeBack(long claim, CancellationToken cancel);

    /// <summary>The claim from the ledger, or null.</summary>
    Task<ClaimView?> Find(long claim, CancellationToken cancel);

    /// <summary>These claims from the ledger, in one look-up and any order; those that are not there are left out.</summary>
    Task<IReadOnlyList<ClaimView>> FindMany(IReadOnlyCollection<long> claims, CancellationToken cancel);

    /// <summary>The person's claim under this idempotency key from the ledger, or null.</summary>
    Task<ClaimView?> FindByKey(long pool, long person, string key, CancellationToken cancel);

    /// <summary>Units nobody holds or has, of each of these limited pools, from the ledger in one look-up; those that are
    /// unlimited or not there are left out. To be shown, not decided upon: it may be old when it arrives.</summary>
    Task<IReadOnlyDictionary<long, long>> ListFree(IReadOnlyCollection<long> pools, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyDictionary<long, long>>(new Dictionary<long, long>());

    /// <summary>The pool's units for whoever watches it: waits for no claim, and no claim waits for it. Null when there is no such
    /// pool. To be shown, not decided upon.</summary>
    Task<PoolLook?> Look(long pool, CancellationToken cancel) => Task.FromResult<PoolLook?>(null);

    /// <summary>
    /// Counts every unit of the pool, in the ledger and in the gate; null when there is no such pool. Nobody can claim of the
    /// pool meanwhile, so nothing that asks again and again may ask this: that is <see cref="Look"/>.
    /// </summary>
    Task<PoolAudit?> Audit(long pool, CancellationToken cancel);
}

public enum PoolOutcome { Done, AlreadyDone, UnknownPool, Conflict, TotalBelowTaken, Invalid }

public enum ClaimOutcome
{
    /// <summary>Committed in the ledger now.</summary>
    Claimed,

    /// <summary>Committed earlier under the same key; the claim as it is today, which may be released.</summary>
    Replayed,

    /// <summary>Taken at the gate and filed durably; the ledger was slower than the caller's wait. Ask by key.</summary>
    Queued,
    SoldOut,
    LimitReached,
    NotOpen,
    Closed,
    Paused,
    UnknownPool,
    InvalidQuantity,
    InvalidKey,

    /// <summary>The key was used before with another quantity.</summary>
    KeyReused,

    /// <summary>A store is away or the queue is full: retry the same key after a moment.</summary>
    Away,
}

public enum EndOutcome { Done, AlreadyDone, Kept, Released, UnknownClaim }

public enum ClaimState : short { Held = 0, Kept = 1, Released = 2 }

public enum PoolState : short { Open = 0, Paused = 1, Closed = 2 }

public sealed record PoolDefinition
{
    /// <summary>Minted by the owner of the pool; a sale item's pool has the sale's id.</summary>
    public required long Id { get; init; }

    /// <summary>What the units are: <c>sale</c>, <c>stock</c>, <c>coupon</c>, … Travels with the pool's events.</summary>
    public required string Kind { get; init; }

    /// <summary>Units; null for unlimited.</summary>
    public required long? Total { get; init; }

    /// <summary>Most units one person may have held or kept; null for no limit.</summary>
    public int? LimitPerPerson { get; init; }

    /// <summary>How long a claim is held before it is released; null: kept at once.</summary>
    public TimeSpan? Hold { get; init; }

    public DateTimeOffset? OpensAt { get; init; }

    public DateTimeOffset? ClosesAt { get; init; }
}

public sealed record PoolChange
{
    public long? Total { get; init; }
    public PoolState? State { get; init; }
    public DateTimeOffset? OpensAt { get; init; }

    /// <summary>The last moment there is: it has no end.</summary>
    public DateTimeOffset? ClosesAt { get; init; }
}

/// <param name="Left">Units the gate last reported free; null for unlimited or not yet known.</param>
public sealed record PoolView(
    long Id, string Kind, long? Total, int? LimitPerPerson, TimeSpan? Hold, DateTimeOffset? OpensAt,
    DateTimeOffset? ClosesAt, PoolState State, int Epoch, long? Left);

/// <param name="Key">The idempotency key: 1 to 255 visible ASCII characters.</param>
/// <param name="Wait">How long the caller waits for the ledger before <see cref="ClaimOutcome.Queued"/>.</param>
public readonly record struct ClaimRequest(long Pool, long Person, int Quantity, string Key, TimeSpan Wait);

/// <param name="Ticket">The claim's id, known once the gate said yes; 0 before.</param>
public readonly record struct ClaimResult(ClaimOutcome Outcome, ClaimView? Claim = null, long Ticket = 0);

/// <param name="Ordinal">The claim's place in its pool: number of its last unit, counted from 1 over all ever granted.</param>
/// <param name="Deadline">When a held claim is released; null when the pool has no hold.</param>
public sealed record ClaimView(
    long Id, long Pool, long Person, int Quantity, ClaimState State, long Ordinal, DateTimeOffset? Deadline,
    DateTimeOffset MadeAt);

/// <param name="Drift">Units on which gate and ledger disagree, before and after the gate was read; null when the gate could not be
/// asked or was just built anew. While units move it may be off for a moment; what stays is wrong.</param>
public sealed record PoolLook(long Pool, long? Total, long Kept, long Held, long? Free, long? Drift);

/// <summary>Right when Drift, PeopleOverLimit and DuplicateKeys are 0 and Offered = Kept + Held + Free.</summary>
/// <param name="InFlight">Units the gate gave that the ledger has not answered yet.</param>
/// <param name="Drift">Offered − (gate left + in flight + held + kept), 0 when the gate agrees; null when it is away.</param>
public sealed record PoolAudit(
    long Pool, long? Offered, long Kept, long Held, long? Free, long InFlight, long? Drift,
    long PeopleOverLimit, long DuplicateKeys, long LedgerMismatch, int Epoch)
{
    public bool IsClean => Drift is 0 && PeopleOverLimit == 0 && DuplicateKeys == 0 && LedgerMismatch == 0
        && (Offered is null || Offered == Kept + Held + Free);
}
