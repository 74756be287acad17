using System.Runtime.CompilerServices;
using Doorbuster.Contracts.Accounts;
using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Npgsql;

namespace Doorbuster.Accounts;

/// <summary>
/// Sessions, cheapest answer first: the token's signature (no I/O), this process's memory (5 s), Redis, PostgreSQL. Lookups
/// of concurrent requests are combined, because in a sale every request is somebody new.
/// </summary>
internal sealed class Sessions : ISessions
{
    public static readonly TimeSpan Life = TimeSpan.FromHours(12);
    public static readonly TimeSpan GuestLife = TimeSpan.FromDays(30);

    private const int BatchMax = 512;
    private const int WaitingMax = 32_768;    // ~0.7 s of a sale's rush; more wait only when the stores do not keep up
    private const int LookupsMax = 2;         // per tier: one under way, one being answered

    private readonly TokenKeys _keys;
    private readonly SessionCache _cache;
    private readonly SessionRedis _redis;
    private readonly AccountStore _store;
    private readonly Endings _endings;
    private readonly Ids _ids;
    private readonly TimeProvider _clock;
    private readonly Combiner<SignedToken, SessionRedis.Known> _fromRedis;
    private readonly Combiner<long, Session?> _fromPostgres;

    public Sessions(
        TokenKeys keys, SessionCache cache, SessionRedis redis, AccountStore store, Endings endings, Ids ids, TimeProvider clock)
    {
        (_keys, _cache, _redis, _store, _endings, _ids, _clock) = (keys, cache, redis, store, endings, ids, clock);
        _fromRedis = new("redis-gate", BatchMax, WaitingMax, LookupsMax, redis.Find);
        _fromPostgres = new("postgres", BatchMax, WaitingMax, LookupsMax, FindInPostgres);
    }

    public bool TryRead(ReadOnlySpan<char> token, out SignedToken found)
    {
        var reading = SessionToken.Read(token, _keys.Ring, _clock.GetUtcNow(), out found);
        if (reading == TokenReading.UnknownKey)
            _keys.Miss();
        return reading == TokenReading.Good;
    }

    public ValueTask<Session?> Confirm(SignedToken token, CancellationToken cancel)
    {
        if (token.IsGuest)
            return ValueTask.FromResult<Session?>(Session.OfGuest(token.Person));    // the signature is all there is
        if (_cache.TryGet(token.Session, out var session))
            return ValueTask.FromResult(session?.Person == token.Person ? session : null);
        cancel.ThrowIfCancellationRequested();
        return Load(token);
    }

    public async ValueTask<GuestToken> NewGuest(CancellationToken cancel)
    {
        var keys = await _keys.Loaded(cancel);
        var now = _clock.GetUtcNow();
        var (person, expiresAt) = (_ids.Next(), DateTimeOffset.FromUnixTimeSeconds((now + GuestLife).ToUnixTimeSeconds()));
        return new(person, SessionToken.Write(keys.ForSigning(now), session: 0, person, expiresAt), expiresAt);
    }

    /// <summary>A new session and its token.</summary>
    /// <exception cref="InvalidOperationException">There is no such person, or he is blocked.</exception>
    public async Task<(Session Session, string Token)> Start(long person, bool isAdmin, CancellationToken cancel) =>
        await TryStart(person, isAdmin, hash: null, cancel)
            ?? throw new InvalidOperationException($"There is no person {person} that may come in.");

    /// <summary>As <see cref="Start"/>; null when the person is gone or blocked, or this is no longer the hash of the password.</summary>
    public async Task<(Session Session, string Token)?> TryStart(
        long person, bool isAdmin, string? hash, CancellationToken cancel)
    {
        var keys = await _keys.Loaded(cancel);
        var now = _clock.GetUtcNow();
        var session = New(person, isAdmin, now);
        if (await _store.AddSession(session, hash, now, cancel) is not { } ended)
            return null;
        if (ended.Count > 0)
            await _endings.Tell(ended, cancel);
        await _redis.Fill([session]);
        return (session, SessionToken.Write(keys.ForSigning(now), session.Id, person, session.ExpiresAt));
    }

    public Session New(long person, bool isAdmin, DateTimeOffset now) =>
        new(_ids.NextFor(person), person, isAdmin, DateTimeOffset.FromUnixTimeSeconds((now + Life).ToUnixTimeSeconds()));

    /// <summary>False when the person has no such session.</summary>
    public async Task<bool> End(long session, long person, CancellationToken cancel)
    {
        if (await _store.EndSession(session, person, cancel) is not { } ended)
            return false;
        await _endings.Tell([ended], cancel);
        return true;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Session?> Load(SignedToken token)
    {
        var asOf = _cache.Now;
        var known = _redis.IsThere ? await _fromRedis.Get(token) : default;
        var session = known.IsKnown ? known.Session : await _fromPostgres.Get(token.Session);
        if (session?.Person != token.Person)
            session = null;
        _cache.Put(token.Session, session, asOf);
        return session;
    }

    private async Task<Session?[]> FindInPostgres(long[] ids)
    {
        List<Session> found;
        try
        {
            found = await _store.FindSessions(ids, _clock.GetUtcNow(), CancellationToken.None);
        }
        catch (NpgsqlException error) when (error.IsAway)
        {
            throw new StoreAwayException("postgres", error);
        }
        if (found.Count > 0 && _redis.IsThere)
            _ = _redis.Fill(found);    // upwards, for the other nodes; nobody waits for it, and it throws nothing

        var byId = found.ToDictionary(session => session.Id);
        return Array.ConvertAll(ids, id => byId.GetValueOrDefault(id));
    }
}
