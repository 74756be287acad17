using System.Collections.Concurrent;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Doorbuster.FlashSales;

/// <summary>
/// Where people follow sales. Each sale that somebody follows is looked at four times a second, once for all of them; what
/// has changed is told to everybody in the same moment, so that nobody learns later than others that nothing is left.
/// Nobody follows, nothing runs.
/// </summary>
internal sealed class SaleBoard(KnownSales sales, IClaims claims, TimeProvider clock, ILogger<SaleBoard> log)
{
    internal const int WatchersMax = 20_000;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<long, Place> _places = new();
    private readonly Lock _lock = new();
    private int _watchers;
    private bool _isRunning;

    public int Watchers => Volatile.Read(ref _watchers);

    /// <summary>Null when too many follow already.</summary>
    public async Task<IEventFeed?> Watch(FlashSale sale)
    {
        var facts = await Look(sale);
        lock (_lock)
        {
            if (_watchers >= WatchersMax)
                return null;
            _watchers++;
            var place = _places.GetOrAdd(sale.Id, _ => new Place(facts, clock.GetUtcNow()));
            place.Watchers++;
            if (!_isRunning)
            {
                _isRunning = true;
                _ = Run();
            }
            return new Watcher(this, sale.Id, place);
        }
    }

    private async ValueTask<SaleFacts> Look(FlashSale sale) => SaleFacts.Of(
        sale, sale.IsPreparing ? null : await claims.FindPool(sale.Id, CancellationToken.None), clock.GetUtcNow());

    private void Leave(long id, Place place)
    {
        lock (_lock)
        {
            _watchers--;
            if (--place.Watchers == 0)
                _places.TryRemove(id, out _);
        }
    }

    private async Task Run()
    {
        while (true)
        {
            await Task.Delay(Tick, clock);
            lock (_lock)
                if (_watchers == 0)
                {
                    _isRunning = false;
                    return;
                }
            foreach (var (id, place) in _places)
                try
                {
                    if (await sales.Find(id, CancellationToken.None) is { } sale)
                        place.Tell(await Look(sale), clock.GetUtcNow());
                }
                catch (Exception error) when (error is not OutOfMemoryException)
                {
                    // The loop must outlive whatever befalls one look: people wait for it.
                    if (error is StoreAwayException or NpgsqlException or TimeoutException)
                        log.SalesNotRead(error.Message);
                    else
                        log.SalesFailed(error);
                }
        }
    }

    private sealed class Place(SaleFacts facts, DateTimeOffset now)
    {
        private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private SaleFacts _facts = facts;

        public int Watchers;

        public volatile StreamEvent Event = facts.ToEvent(now);

        public Task Changed => Volatile.Read(ref _changed).Task;

        /// <summary>Called by the one loop only.</summary>
        public void Tell(SaleFacts facts, DateTimeOffset now)
        {
            if (facts == _facts)
                return;
            (_facts, Event) = (facts, facts.ToEvent(now));
            Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        }
    }

    private sealed class Watcher(SaleBoard board, long id, Place place) : IEventFeed
    {
        public StreamEvent Current { get; private set; } = place.Event;

        public async Task<StreamEvent?> Next(TimeSpan wait, CancellationToken cancel)
        {
            var changed = place.Changed;    // taken before looking, or a change in between would be slept through
            if (place.Event != Current)
                return Current = place.Event;
            try
            {
                await changed.WaitAsync(wait, board.Clock, cancel);
            }
            catch (TimeoutException)
            {
                return null;
            }
            return Current = place.Event;
        }

        public void Dispose() => board.Leave(id, place);
    }

    private TimeProvider Clock => clock;
}
