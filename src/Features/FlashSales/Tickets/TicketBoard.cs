using System.Collections.Concurrent;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Doorbuster.FlashSales;

/// <summary>
/// Where people wait for their tickets. However many wait, the ledger is asked for all of them at once: when a signal
/// says that claims of theirs moved, and otherwise every tick, because signals may be lost. Nobody waits, nothing runs.
/// </summary>
internal sealed class TicketBoard(IClaims claims, TimeProvider clock, ILogger<TicketBoard> log) : IDisposable
{
    internal const int WatchersMax = 20_000;
    private const int LookUpMax = 1_000;

    // Whoever waits for the ledger waits for this too. Consuming ClaimsMade would tell hardly sooner, and would cost a
    // transaction for every batch of claims of every sale, for the few that were queued.
    private static readonly TimeSpan TickQueued = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan TickHeld = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<long, Entry> _entries = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Lock _lock = new();
    private int _watchers;
    private bool _isRunning;

    public int Watchers => Volatile.Read(ref _watchers);

    public async Task<Ticket?> Find(long id, long person, CancellationToken cancel) =>
        Ticket.Of(id, person, await claims.Find(id, cancel), clock.GetUtcNow());

    /// <summary>Begins to watch; null when too many do already. Dispose ends it.</summary>
    public Watcher? Watch(Ticket ticket, long person)
    {
        lock (_lock)
        {
            if (_watchers >= WatchersMax)
                return null;
            _watchers++;
            var entry = _entries.GetOrAdd(ticket.Id, static (_, claim) => new Entry(claim), ticket.Claim);
            entry.Watchers++;
            if (!_isRunning)
            {
                _isRunning = true;
                _ = Run();
            }
            return new(this, entry, ticket, person);
        }
    }

    /// <summary>Claims moved, here or elsewhere: looks now, if one of them is watched.</summary>
    public void Signal(ReadOnlySpan<long> moved)
    {
        if (Watchers == 0)
            return;
        foreach (var id in moved)
            if (_entries.ContainsKey(id) && _wake.CurrentCount == 0)
            {
                _wake.Release();
                return;
            }
    }

    public void Dispose() => _wake.Dispose();

    private void Leave(long id, Entry entry)
    {
        lock (_lock)
        {
            _watchers--;
            if (--entry.Watchers == 0)
                _entries.TryRemove(id, out _);
        }
    }

    private async Task Run()
    {
        while (true)
        {
            try
            {
                await _wake.WaitAsync(_entries.Values.Any(entry => entry.Claim is null) ? TickQueued : TickHeld);
            }
            catch (ObjectDisposedException)
            {
                return;    // the process ends
            }
            lock (_lock)
                if (_watchers == 0)
                {
                    _isRunning = false;
                    return;
                }
            try
            {
                foreach (var ids in _entries.Keys.Chunk(LookUpMax))
                    Announce(ids, await claims.FindMany(ids, CancellationToken.None));
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                // The loop must outlive whatever befalls one look-up: people wait for it.
                if (error is StoreAwayException or NpgsqlException or TimeoutException)
                    log.TicketsNotRead(error.Message);
                else
                    log.TicketsFailed(error);
            }
        }
    }

    private void Announce(long[] ids, IReadOnlyList<ClaimView> found)
    {
        var byId = found.ToDictionary(claim => claim.Id);
        var now = clock.GetUtcNow();
        foreach (var id in ids)
            if (_entries.TryGetValue(id, out var entry))
                entry.Announce(byId.GetValueOrDefault(id), isLost: now - Ids.TimeOf(id) >= Ticket.QueuedMax);
    }

    internal sealed class Entry(ClaimView? claim)
    {
        private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private bool _isLost;

        public int Watchers;
        public volatile ClaimView? Claim = claim;

        public Task Changed => Volatile.Read(ref _changed).Task;

        /// <summary>Called by the one loop only.</summary>
        public void Announce(ClaimView? claim, bool isLost)
        {
            isLost &= claim is null;
            if (claim?.State == Claim?.State && isLost == _isLost)
                return;
            (Claim, _isLost) = (claim ?? Claim, isLost);
            Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        }
    }

    internal sealed class Watcher(TicketBoard board, Entry entry, Ticket seen, long person) : IDisposable
    {
        /// <summary>The ticket once it differs from what was seen last; null when it did not within the time.</summary>
        public async Task<Ticket?> Next(TimeSpan wait, CancellationToken cancel)
        {
            var end = board.Now + wait;
            while (true)
            {
                var changed = entry.Changed;    // taken before looking, or a change in between would be slept through
                if (Ticket.Of(seen.Id, person, entry.Claim, board.Now) is { } ticket && ticket.Status != seen.Status)
                    return seen = ticket;
                if (end - board.Now is var left && left <= TimeSpan.Zero)
                    return null;
                try
                {
                    await changed.WaitAsync(left, board.Clock, cancel);
                }
                catch (TimeoutException)
                {
                    return null;
                }
            }
        }

        public void Dispose() => board.Leave(seen.Id, entry);
    }

    private TimeProvider Clock => clock;

    private DateTimeOffset Now => clock.GetUtcNow();
}
