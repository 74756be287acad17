using System.Net;
using Microsoft.Extensions.Options;

namespace Doorbuster.Accounts;

/// <summary>
/// How many guests one address may become: a bucket that holds a minute's worth and fills evenly. Kept as the moment at which
/// the bucket is full again, in a fixed number of places; a newcomer takes the one that is full soonest. The counts are
/// this process's.
/// </summary>
internal sealed class GuestLimits(IOptions<AccountsOptions> options, TimeProvider clock)
{
    private const int Sets = 1 << 11;
    private const int Ways = 4;

    private static readonly long Minute = TimeSpan.FromMinutes(1).Ticks;

    private readonly Lock _turn = new();
    private readonly Place[] _places = new Place[Sets * Ways];

    /// <summary>Counts one more; or says how long to wait, and counts nothing.</summary>
    public TimeSpan? Begin(IPAddress? address)
    {
        var network = AttemptLimits.NetworkOf(address);
        var now = clock.GetUtcNow().Ticks;
        lock (_turn)
        {
            ref var place = ref PlaceOf(network);
            var fullAt = Math.Max(place.Network == network ? place.FullAt : 0, now) + Minute / options.Value.GuestsPerMinute;
            if (fullAt - now > Minute)
                return TimeSpan.FromTicks(fullAt - now - Minute);
            place = new(network, fullAt);
            return null;
        }
    }

    private ref Place PlaceOf(long network)
    {
        var set = _places.AsSpan((int)((uint)network.GetHashCode() % Sets) * Ways, Ways);
        var best = 0;
        for (var i = 0; i < Ways; i++)
        {
            if (set[i].Network == network)
                return ref set[i];
            if (set[i].FullAt < set[best].FullAt)
                best = i;
        }
        return ref set[best];
    }

    private readonly record struct Place(long Network, long FullAt);
}
