using System.Text;
using Doorbuster.LoadTest.Http;
using Doorbuster.LoadTest.Open;

namespace Doorbuster.LoadTest.Sales;

/// <summary>Everybody who comes to one sale, and what they share. Sends each person off at their time.</summary>
internal sealed class Crowd : IWake
{
    private const long HangUpWithin = 10 * Loop.Millisecond;
    private const long LeaveWithin = 5 * Loop.Second;

    private readonly SaleOptions _options;
    private readonly Arrivals _arrivals;
    private readonly Random _random;
    private long _startsAt;
    private long _lastAt;
    private readonly byte[] _claimHead;
    private readonly byte[] _claimBody;
    private readonly byte[] _stateRequest;
    private readonly string _run;
    private long _next;
    private long _everybodyLeavesAt = long.MaxValue;
    private bool _closed;
    private volatile bool _closesSoon;

    /// <param name="run">Sets this run's idempotency keys apart from those of all others, whatever the seed.</param>
    public Crowd(SaleOptions options, ShopAddress server, Loop loop, Client client, Client payments, Tokens tokens, GeneratorHealth health, string run)
    {
        (_options, Loop, Client, Payments, Tokens, Health, _run) = (options, loop, client, payments, tokens, health, run);
        _random = new Random(options.Seed);
        _arrivals = new Arrivals(options.RatePerSecond, options.Ramp, options.Poisson, new Random(options.Seed + 1));
        _claimBody = Encoding.ASCII.GetBytes($"{{\"quantity\":{options.Quantity}}}");
        Requests = new Requests(server);
        _claimHead = Requests.Head("POST", $"/api/v1/sales/{options.Sale}/claims", _claimBody.Length);
        _stateRequest = [.. Requests.Head("GET", $"/api/v1/sales/{options.Sale}/state"), .. "\r\n"u8];

        People = [.. Enumerable.Range(0, options.People).Select(i => new Buyer(this, i, HabitsOfNext()))];
    }

    public Loop Loop { get; }
    public Client Client { get; }

    /// <summary>Connections of their own: who waits at the payment provider does not stand in the way of who wants to buy.</summary>
    public Client Payments { get; }
    public Tokens Tokens { get; }
    public GeneratorHealth Health { get; }
    public Requests Requests { get; }
    public SaleTally Tally { get; } = new();
    public Buyer[] People { get; }
    public int LimitPerPerson { get; init; } = 1;

    /// <summary>Every claim somebody was told is theirs.</summary>
    public List<Grant> Grants { get; } = [];

    /// <summary>Claims whose money the payment provider took: their orders must become paid.</summary>
    public HashSet<long> Paid { get; } = [];

    public long Patience => (long)_options.Patience.TotalNanoseconds;

    /// <summary>True while a person who wants to insist until then still does.</summary>
    public bool Insists(long giveUpAt, long now) => now < giveUpAt && now < _everybodyLeavesAt;

    /// <summary>Everybody who will come has come and is done.</summary>
    public bool IsDone => _closed && Tally.Finished == Tally.Arrived;

    public double SecondsServed => (Loop.Now - _startsAt) / 1e9;

    /// <summary>Starts the clock of the arrivals.</summary>
    public void Begin()
    {
        _startsAt = Loop.Now;
        _lastAt = _options.For is { } time ? _startsAt + (long)time.TotalNanoseconds : long.MaxValue;
        ExpectNext();
    }

    /// <summary>Nobody arrives any more and those who are here soon leave. May be called from any thread.</summary>
    public void CloseSoon() => _closesSoon = true;

    /// <summary>Once a second.</summary>
    public void Tick()
    {
        if (!_closesSoon || _everybodyLeavesAt < long.MaxValue)
            return;
        _everybodyLeavesAt = Loop.Now + LeaveWithin;
        Close();
    }

    /// <summary>The next person arrives, at the time that was drawn whatever the server does.</summary>
    public void Wake(int step, long dueAt)
    {
        if (_closed)
            return;
        Health.Arrived(Loop.Now - dueAt);
        People[Tally.Arrived++].Arrive(dueAt);
        ExpectNext();
    }

    public void Finished()
    {
        Tally.Finished++;
        if (IsDone)
            Loop.Stop();
    }

    public void Granted(int person, long claim)
    {
        Grants.Add(new Grant(person, claim));
        var before = People[person].Units;
        var units = People[person].Units += _options.Quantity;
        if (before <= LimitPerPerson && units > LimitPerPerson)
            Tally.LimitBroken++;
    }

    public void Approved(long claim) => Paid.Add(claim);

    public int WriteClaim(Span<byte> request, int person, int intent)
    {
        _claimHead.CopyTo(request);
        Span<byte> key = stackalloc byte[48];
        return Requests.Finish(request, _claimHead.Length, Tokens[person], WriteKey(key, person, intent), _claimBody);
    }

    public int WriteState(Span<byte> request)
    {
        _stateRequest.CopyTo(request);
        return _stateRequest.Length;
    }

    /// <summary>One key for one intent: the same for every try of it.</summary>
    public ReadOnlySpan<byte> WriteKey(Span<byte> to, int person, int intent)
    {
        System.Text.Unicode.Utf8.TryWrite(to, $"{_run}-{person}-{intent}", out var count);
        return to[..count];
    }

    /// <summary>How long after sending the person's connection breaks; negative: it does not.</summary>
    public long DrawHangUp() => _options.LostReplies > 0 && _random.NextDouble() < _options.LostReplies
        ? (long)(_random.NextDouble() * HangUpWithin)
        : -1;

    public long DrawPayAt(long now) => now + (long)(_random.NextDouble() * _options.PayWithin.TotalNanoseconds);

    public long DrawBackoff(int attempts, int retryAfterSeconds) => Backoff.Draw(_random, attempts, retryAfterSeconds);

    private void ExpectNext()
    {
        _next = _startsAt + _arrivals.Next();
        if (Tally.Arrived < People.Length && _next <= _lastAt)
            Loop.WakeAt(_next, this, 0);
        else
            Close();
    }

    private void Close()
    {
        _closed = true;
        if (IsDone)
            Loop.Stop();
    }

    private Habits HabitsOfNext() =>
        (_random.NextDouble() < _options.DoubleClickers ? Habits.DoubleClicks : 0)
        | (_random.NextDouble() < _options.LimitTesters ? Habits.TestsLimit : 0)
        | (_random.NextDouble() < _options.Payers ? Habits.Pays : 0)
        | (_random.NextDouble() < _options.StateReaders ? Habits.ReadsState : 0);
}

internal readonly record struct Grant(int Person, long Claim);
