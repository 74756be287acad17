using Doorbuster.LoadTest.Http;
using Doorbuster.LoadTest.Open;

namespace Doorbuster.LoadTest.Replays;

/// <summary>Carries out the plan, each order and cancellation at its time, faster by the speed asked for.</summary>
internal sealed class Replay : IWake
{
    private const int LookUpsAtOnce = 32;
    private const long LeaveWithin = 5 * Loop.Second;

    private readonly List<(long At, Purchase Purchase, bool Cancels)> _steps = [];
    private readonly Random _random;
    private readonly string _run;
    private readonly long _startsAt;
    private int _next;
    private int _open;
    private int _lookUpNext;
    private int _lookUpsOpen;
    private List<Purchase> _toLookUp = [];
    private volatile bool _stopsSoon;

    public Replay(
        Plan plan, double speed, ShopAddress server, Loop loop, Client client, Tokens tokens, GeneratorHealth health, int seed,
        TimeSpan patience, string run)
    {
        (Loop, Client, Tokens, Health, _run, Patience) = (loop, client, tokens, health, run, (long)patience.TotalNanoseconds);
        _random = new Random(seed);
        Requests = new Requests(server);
        Purchases = [.. plan.Orders.Select(order => new Purchase(this, order))];
        foreach (var purchase in Purchases)
            _steps.Add((Scaled(purchase.Planned.At), purchase, Cancels: false));
        foreach (var cancellation in plan.Cancellations)
            foreach (var order in cancellation.Orders)
                _steps.Add((Scaled(cancellation.At), Purchases[order], Cancels: true));
        _steps = [.. _steps.OrderBy(s => s.At)];
        _startsAt = loop.Now;

        long Scaled(TimeSpan at) => (long)(at.TotalNanoseconds / speed);
    }

    public Loop Loop { get; }
    public Client Client { get; }
    public Tokens Tokens { get; }
    public GeneratorHealth Health { get; }
    public Requests Requests { get; }
    public ReplayTally Tally { get; } = new();
    public Purchase[] Purchases { get; }
    public long Patience { get; private set; }
    public long CancellationsDone { get; private set; }
    public long CancellationsRefused { get; private set; }

    public double SecondsServed => (Loop.Now - _startsAt) / 1e9;

    public double Share => (double)_next / Math.Max(_steps.Count, 1);

    public void Begin()
    {
        if (_steps.Count == 0)
            Loop.Stop();
        else
            Loop.WakeAt(_startsAt + _steps[0].At, this, 0);
    }

    /// <summary>May be called from any thread.</summary>
    public void StopSoon() => _stopsSoon = true;

    public void Wake(int step, long dueAt)
    {
        Health.Arrived(Loop.Now - dueAt);
        var (_, purchase, cancels) = _steps[_next++];
        _open++;
        if (cancels)
            purchase.Cancel(dueAt);
        else
        {
            Tally.Placed++;
            purchase.Begin(dueAt);
        }

        if (_stopsSoon)
            (_next, Patience) = (_steps.Count, Math.Min(Patience, LeaveWithin));
        if (_next < _steps.Count)
            Loop.WakeAt(_startsAt + _steps[_next].At, this, 0);
    }

    public void Settled(Purchase purchase)
    {
        Tally.Accepted += purchase.Fate == Fate.Accepted ? 1 : 0;
        Done();
    }

    public void CancelSettled(bool done)
    {
        CancellationsDone += done ? 1 : 0;
        CancellationsRefused += done ? 0 : 1;
        Done();
    }

    /// <summary>Asks for every accepted order, as its buyer.</summary>
    public void LookUpAll(TimeSpan within)
    {
        _toLookUp = [.. Purchases.Where(p => p.Fate == Fate.Accepted)];
        Patience = Loop.Now + (long)within.TotalNanoseconds;
        if (_toLookUp.Count == 0)
            Loop.Stop();
        for (var i = 0; i < LookUpsAtOnce; i++)
            LookUpNext();
    }

    public void LookedUp()
    {
        _lookUpsOpen--;
        LookUpNext();
        if (_lookUpsOpen == 0)
            Loop.Stop();
    }

    public ReadOnlySpan<byte> WriteKey(Span<byte> to, int order, int step)
    {
        System.Text.Unicode.Utf8.TryWrite(to, $"{_run}-r{order}-{step}", out var count);
        return to[..count];
    }

    public long DrawBackoff(int attempts, int retryAfterSeconds) => Backoff.Draw(_random, attempts, retryAfterSeconds);

    private void LookUpNext()
    {
        if (_lookUpNext == _toLookUp.Count)
            return;
        _lookUpsOpen++;
        _toLookUp[_lookUpNext++].LookUp(giveUpAt: Patience);
    }

    private void Done()
    {
        if (--_open == 0 && _next == _steps.Count)
            Loop.Stop();
    }
}
