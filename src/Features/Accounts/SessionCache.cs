using Doorbuster.Contracts.Accounts;

namespace Doorbuster.Accounts;

/// <summary>
/// What this process learned of sessions in the last seconds, also that there is none. A fixed number of places, two per
/// session; a newcomer takes the older of its two. No locks, and a read allocates nothing.
/// </summary>
internal sealed class SessionCache(TimeProvider clock)
{
    public const int Places = 1 << 16;

    public static readonly TimeSpan Life = TimeSpan.FromSeconds(5);

    private readonly Entry?[] _places = new Entry?[Places];

    /// <summary>The moment to stamp what is loaded from now on with.</summary>
    public long Now => clock.GetTimestamp();

    /// <summary>True when something is known; null is known to be no session.</summary>
    public bool TryGet(long id, out Session? session)
    {
        var (a, b) = PlacesOf(id);
        var found = Newer(Match(Volatile.Read(ref _places[a]), id), Match(Volatile.Read(ref _places[b]), id));
        session = found?.Session;
        return found is not null && clock.GetElapsedTime(found.AsOf) < Life;
    }

    /// <param name="asOf">When the load began, not when it ended: an answer may be older than an ending told meanwhile.</param>
    public void Put(long id, Session? session, long asOf)
    {
        var entry = new Entry(id, session, asOf);
        var (a, b) = PlacesOf(id);
        while (true)
        {
            var (atA, atB) = (Volatile.Read(ref _places[a]), Volatile.Read(ref _places[b]));
            var place = Match(atA, id) is not null ? a : Match(atB, id) is not null ? b
                : (atA?.AsOf ?? long.MinValue) <= (atB?.AsOf ?? long.MinValue) ? a : b;
            var old = place == a ? atA : atB;
            if (old is not null && old.Id == id && old.AsOf > asOf)
                return;    // what is here is newer, e.g. that the session was ended
            if (Interlocked.CompareExchange(ref _places[place], entry, old) == old)
                return;
        }
    }

    private static (int A, int B) PlacesOf(long id)
    {
        var hash = (ulong)id * 0x9E37_79B9_7F4A_7C15;
        return ((int)(hash >> 48) & (Places - 1), (int)(hash >> 32) & (Places - 1));
    }

    private static Entry? Match(Entry? entry, long id) => entry is not null && entry.Id == id ? entry : null;

    private static Entry? Newer(Entry? a, Entry? b) => a is null ? b : b is null || a.AsOf >= b.AsOf ? a : b;

    private sealed record Entry(long Id, Session? Session, long AsOf);
}
