using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Microsoft.Extensions.Logging;

namespace Doorbuster.FlashSales;

/// <summary>
/// Where people wait for their tickets. The ledger is asked for all of them at once: when a signal says that claims of
/// theirs moved, and otherwise every tick, because signals may be lost.
/// </summary>
internal sealed class TicketBoard(IClaims claims, TimeProvider clock, ILogger<TicketBoard> log)
    : Board<TicketBoard.Place>(clock), IDisposable
{
    private const int LookUpMax = 1_000;

    // Whoever waits for the ledger waits for this too. Consuming ClaimsMade would tell hardly sooner, and would cost a
    // transaction for every batch of claims of every sale, for the few that were queued.
    private static readonly TimeSpan TickQueued = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan TickHeld = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _wake = new(0);

    public async Task<Ticket?> Find(long id, long person, CancellationToken cancel) =>
        Ticket.Of(id, person, await claims.Find(id, cancel), Now);

    /// <summary>Begins to watch; null when too many do already. Dispose ends it.</summary>
    public Watcher? Watch(Ticket ticket, long person) =>
        Enter(ticket.Id, () => new Place(ticket.Claim)) is { } place ? new(this, place, ticket, person) : null;

    /// <summary>Claims moved, here or elsewhere: looks now, if one of them is watched.</summary>
    public void Signal(ReadOnlySpan<long> moved)
    {
        if (Watchers == 0)
            return;
        foreach (var id in moved)
            if (Places.ContainsKey(id) && _wake.CurrentCount == 0)
            {
                _wake.Release();
                return;
            }
    }

    public void Dispose() => _wake.Dispose();

    protected override async Task<bool> Pause()
    {
        try
        {
            await _wake.WaitAsync(Places.Values.Any(place => place.Claim is null) ? TickQueued : TickHeld);
            return true;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    protected override Task Look() => Try(async () =>
    {
        foreach (var ids in Places.Keys.Chunk(LookUpMax))
            Announce(ids, await claims.FindMany(ids, CancellationToken.None));
    });

    protected override void LogAway(string why) => log.TicketsNotRead(why);

    protected override void LogFailure(Exception error) => log.TicketsFailed(error);

    private void Announce(long[] ids, IReadOnlyList<ClaimView> found)
    {
        var byId = found.ToDictionary(claim => claim.Id);
        var now = Now;
        foreach (var id in ids)
            if (Places.TryGetValue(id, out var place))
                place.Announce(byId.GetValueOrDefault(id), isLost: now - Ids.TimeOf(id) >= Ticket.QueuedMax);
    }

    internal sealed class Place(ClaimView? claim) : BoardPlace
    {
        private bool _isLost;

        public volatile ClaimView? Claim = claim;

        public void Announce(ClaimView? claim, bool isLost)
        {
            isLost &= claim is null;
            if (claim?.State == Claim?.State && isLost == _isLost)
                return;
            (Claim, _isLost) = (claim ?? Claim, isLost);
            Wake();
        }
    }

    internal sealed class Watcher(TicketBoard board, Place place, Ticket seen, long person) : IDisposable
    {
        /// <summary>The ticket once it differs from what was seen last; null when it did not within the time.</summary>
        public async Task<Ticket?> Next(TimeSpan wait, CancellationToken cancel) =>
            await place.Next(News, wait, board.Clock, cancel) is { } next ? seen = next : null;

        public void Dispose() => board.Leave(seen.Id, place);

        private Ticket? News() =>
            Ticket.Of(seen.Id, person, place.Claim, board.Now) is { } ticket && ticket.Status != seen.Status ? ticket : null;
    }
}
