using System.Collections.Concurrent;
using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Doorbuster.Platform.Redis;
using Microsoft.Extensions.Logging;

namespace Doorbuster.Claims;

/// <summary>The pools this process has met, kept fresh by notifications from both stores and by age.</summary>
internal sealed class Pools : IDisposable
{
    private readonly ConcurrentDictionary<long, Turnstile> _met = new();
    private readonly ConcurrentDictionary<long, long> _unknown = new();    // pool id → tick until which it is not asked for again
    private readonly IGate _gate;
    private readonly ILedger _ledger;
    private readonly Passage _passage;
    private readonly Rush _rush;
    private readonly ILogger<Pools> _log;
    private readonly Lazy<IDisposable> _watching;
    private readonly Timer _expiring;

    public Pools(
        IGate gate, ILedger ledger, Passage passage, PostgresListener postgres, GateRedis redis, Rush rush,
        ILogger<Pools> log)
    {
        (_gate, _ledger, _passage, _rush, _log) = (gate, ledger, passage, rush, log);
        _watching = new(() => Watch(postgres, redis));
        _expiring = new(_ => Expire(), null, ExpireEvery, ExpireEvery);
    }

    private static TimeSpan ExpireEvery => TimeSpan.FromMilliseconds(50);

    public IEnumerable<Turnstile> Met => _met.Values;

    /// <summary>Without I/O; null when this process has not met the pool.</summary>
    public Turnstile? Peek(long pool)
    {
        if (!_met.TryGetValue(pool, out var turnstile))
            return null;
        if (turnstile.Pool.ShouldRead(Environment.TickCount64))
            _ = Read(turnstile.Pool);
        return turnstile;
    }

    /// <exception cref="StoreAwayException">The pool is not known here and PostgreSQL is away.</exception>
    public async Task<Turnstile?> Find(long pool, CancellationToken cancel)
    {
        if (Peek(pool) is { } met)
            return met;
        var tick = Environment.TickCount64;
        if (_unknown.TryGetValue(pool, out var until) && tick < until)
            return null;

        _ = _watching.Value;
        if (await _ledger.FindPool(pool, cancel) is { } row)
            return _met.GetOrAdd(pool, _ => new Turnstile(new Pool(row, tick), _passage, LoadPeople, _rush));

        if (_unknown.Count >= ClaimsOptions.UnknownPoolsMax)
            _unknown.Clear();
        _unknown[pool] = tick + ClaimsOptions.PoolAgeMaxMs;
        return null;
    }

    /// <summary>Reads the pool again now, for who has just changed it.</summary>
    public async Task Refresh(long pool, CancellationToken cancel)
    {
        _unknown.TryRemove(pool, out _);
        if (_met.TryGetValue(pool, out var turnstile) && await _ledger.FindPool(pool, cancel) is { } row)
            turnstile.Pool.Learn(row);
    }

    public void Dispose()
    {
        _expiring.Dispose();
        if (_watching.IsValueCreated)
            _watching.Value.Dispose();
    }

    private async Task Read(Pool pool)
    {
        try
        {
            if (await _ledger.FindPool(pool.Id, CancellationToken.None) is not { } row)
                return;
            pool.Learn(row);
            if (row is { Epoch: > 0, IsGateDropped: false } && row.Total is not null && pool.Left is null
                && await _gate.Take(row.Id, row.Epoch, [], []) is { } answer)
                pool.Learn(row.Epoch, answer.Version, answer.Left, Environment.TickCount64);
            LoadPeople(pool);
        }
        catch (StoreAwayException)
        {
            // What is known stays; both steps refuse what is no longer true.
        }
        catch (Exception error)
        {
            _log.PoolUnread(pool.Id, error);
        }
    }

    private void LoadPeople(Pool pool)
    {
        if (pool.ShouldLoadPeople())
            _ = Load();

        async Task Load()
        {
            var (epoch, version) = pool.GateVersion;
            PeopleFilter? filter = null;
            try
            {
                var people = new List<long>();
                await foreach (var portion in _gate.People(pool.Id, epoch))
                    people.AddRange(portion);
                // Dropped meanwhile, it may have shown some of them or none.
                if (await _gate.Take(pool.Id, epoch, [], []) is not null)
                    filter = new PeopleFilter(people);
            }
            catch (StoreAwayException)
            {
                // Without the filter the gate is asked each time.
            }
            finally
            {
                pool.PeopleLoaded(epoch, version, filter);
            }
        }
    }

    private Subscriptions Watch(PostgresListener postgres, GateRedis redis)
    {
        var changed = postgres.Subscribe("claims_pool", payload =>
        {
            if (long.TryParse(payload, out var id))
            {
                _unknown.TryRemove(id, out _);
                if (_met.TryGetValue(id, out var turnstile))
                    _ = Read(turnstile.Pool);
            }
        }, ReadAll);

        return new Subscriptions(changed, redis.Subscribe("claims:gate", said => Heard(said), DoubtAll));
    }

    // "g:{pool}:epoch:state version left"
    private void Heard(string? said)
    {
        if (said?.Split(' ') is not [var key, var version, var left]
            || !RedisGate.TryParseStateKey(key, out var pool, out var epoch) || !_met.TryGetValue(pool, out var turnstile))
            return;
        turnstile.Pool.Learn(epoch, long.Parse(version), long.Parse(left), Environment.TickCount64);
        LoadPeople(turnstile.Pool);
    }

    private void DoubtAll()
    {
        foreach (var turnstile in _met.Values)
            turnstile.Pool.Doubt();
    }

    private void ReadAll()
    {
        foreach (var turnstile in _met.Values)
            _ = Read(turnstile.Pool);
    }

    private void Expire()
    {
        var tick = Environment.TickCount64;
        foreach (var turnstile in _met.Values)
            turnstile.Expire(tick);
    }

    private sealed class Subscriptions(IDisposable changed, IDisposable announced) : IDisposable
    {
        public void Dispose()
        {
            changed.Dispose();
            announced.Dispose();
        }
    }
}
