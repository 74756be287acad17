using System.Net;
using System.Net.Sockets;

namespace Doorbuster.Accounts;

/// <summary>
/// Slows guessing down without locking anybody out: after some free attempts each further one makes the next wait longer. An
/// account's own address pays most, so that somebody guessing elsewhere hardly delays its owner. Counts are this process's.
/// </summary>
internal sealed class AttemptLimits(TimeProvider clock)
{
    private readonly Lock _turn = new();
    private readonly AttemptTable _accountFromAddress = new(free: 5, delayMax: TimeSpan.FromSeconds(60));
    private readonly AttemptTable _account = new(free: 20, delayMax: TimeSpan.FromSeconds(5));
    private readonly AttemptTable _address = new(free: 50, delayMax: TimeSpan.FromSeconds(10));
    private readonly AttemptTable _registering = new(free: 200, delayMax: TimeSpan.FromSeconds(5));

    /// <summary>Counts an attempt to sign in, before its outcome is known; or says how long to wait, and counts nothing.</summary>
    public TimeSpan? BeginSignIn(string emailKey, IPAddress? address)
    {
        var (pair, account, from) = KeysOf(emailKey, address);
        var now = clock.GetTimestamp();
        lock (_turn)
        {
            var wait = Max(
                _accountFromAddress.WaitOf(pair, now, clock), _account.WaitOf(account, now, clock), _address.WaitOf(from, now, clock));
            if (wait > TimeSpan.Zero)
                return wait;
            _accountFromAddress.Count(pair, now, clock);
            _account.Count(account, now, clock);
            _address.Count(from, now, clock);
            return null;
        }
    }

    /// <summary>The attempt was its owner's, or it was never made: it does not count.</summary>
    public void Forgive(string emailKey, IPAddress? address, bool signedIn)
    {
        var (pair, account, from) = KeysOf(emailKey, address);
        lock (_turn)
        {
            _accountFromAddress.Forgive(pair, all: signedIn);
            _account.Forgive(account, all: false);
            _address.Forgive(from, all: false);
        }
    }

    public TimeSpan? BeginRegistering(IPAddress? address)
    {
        var from = HashCode.Combine(1, NetworkOf(address));
        var now = clock.GetTimestamp();
        lock (_turn)
        {
            if (_registering.WaitOf(from, now, clock) is var wait && wait > TimeSpan.Zero)
                return wait;
            _registering.Count(from, now, clock);
            return null;
        }
    }

    private static (long Pair, long Account, long Address) KeysOf(string emailKey, IPAddress? address)
    {
        // Two seeds of the process's random string hash: nobody outside can make two names collide.
        var (a, b) = (emailKey.GetHashCode(StringComparison.Ordinal), ("#" + emailKey).GetHashCode(StringComparison.Ordinal));
        var from = NetworkOf(address);
        return (Key(HashCode.Combine(a, from), b), Key(a, b), Key(HashCode.Combine(from), HashCode.Combine(from, 7)));
    }

    private static long Key(int high, int low) => (long)high << 32 | (uint)low;

    // One household has a /64 of IPv6 addresses.
    internal static long NetworkOf(IPAddress? address)
    {
        if (address is null)
            return 0;
        Span<byte> bytes = stackalloc byte[16];
        (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).TryWriteBytes(bytes, out _);
        return BitConverter.ToInt64(bytes) + (address.AddressFamily == AddressFamily.InterNetwork ? 1 : 0);
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b, TimeSpan c) =>
        TimeSpan.FromTicks(Math.Max(a.Ticks, Math.Max(b.Ticks, c.Ticks)));
}

/// <summary>
/// Attempts per key in a fixed number of places. A newcomer takes the least counted of its four places, so a flood of invented
/// names pushes out other invented names and not the one that is being guessed.
/// </summary>
internal sealed class AttemptTable(int free, TimeSpan delayMax)
{
    public const int Places = 1 << 13;

    private const int Ways = 4;

    private static readonly TimeSpan ForgottenAfter = TimeSpan.FromMinutes(15);

    private readonly Place[] _places = new Place[Places];

    public TimeSpan WaitOf(long key, long now, TimeProvider clock)
    {
        ref var place = ref PlaceOf(key, now, clock);
        if (place.Key != key || place.Attempts <= free)
            return TimeSpan.Zero;
        var delay = TimeSpan.FromSeconds(Math.Min(delayMax.TotalSeconds, Math.Pow(2, Math.Min(place.Attempts - free - 1, 16))));
        var left = delay - clock.GetElapsedTime(place.Last, now);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    public void Count(long key, long now, TimeProvider clock)
    {
        ref var place = ref PlaceOf(key, now, clock);
        if (place.Key != key)
            place = new Place { Key = key };
        place.Attempts++;
        place.Last = now;
    }

    public void Forgive(long key, bool all)
    {
        foreach (ref var place in SetOf(key))
            if (place.Key == key && place.Attempts > 0)
                place.Attempts = all ? 0 : place.Attempts - 1;
    }

    private Span<Place> SetOf(long key) =>
        _places.AsSpan((int)((ulong)key % (Places / Ways)) * Ways, Ways);

    // The key's own place, or the one it would take.
    private ref Place PlaceOf(long key, long now, TimeProvider clock)
    {
        var set = SetOf(key);
        var best = 0;
        for (var i = 0; i < set.Length; i++)
        {
            if (set[i].Attempts > 0 && clock.GetElapsedTime(set[i].Last, now) > ForgottenAfter)
                set[i] = default;
            if (set[i].Key == key)
                return ref set[i];
            if (set[i].Attempts < set[best].Attempts)
                best = i;
        }
        return ref set[best];
    }

    private struct Place
    {
        public long Key;
        public int Attempts;
        public long Last;
    }
}
