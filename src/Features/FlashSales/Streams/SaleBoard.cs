using Doorbuster.Contracts.Claims;
using Microsoft.Extensions.Logging;

namespace Doorbuster.FlashSales;

/// <summary>
/// Where people follow sales. Each sale that somebody follows is looked at four times a second; what has changed is told
/// to everybody in the same moment, so that nobody learns later than others that nothing is left.
/// </summary>
internal sealed class SaleBoard(KnownSales sales, IClaims claims, TimeProvider clock, ILogger<SaleBoard> log)
    : Board<SaleBoard.Place>(clock)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    /// <summary>Null when too many follow already.</summary>
    public async Task<IEventFeed?> Watch(FlashSale sale)
    {
        var facts = await Look(sale);
        return Enter(sale.Id, () => new Place(facts, Now)) is { } place ? new Watcher(this, sale.Id, place) : null;
    }

    protected override async Task<bool> Pause()
    {
        await Task.Delay(Tick, Clock);
        return true;
    }

    protected override async Task Look()
    {
        foreach (var (id, place) in Places)
            await Try(async () =>
            {
                if (await sales.Find(id, CancellationToken.None) is { } sale)
                    place.Tell(await Look(sale), Now);
            });
    }

    protected override void LogAway(string why) => log.SalesNotRead(why);

    protected override void LogFailure(Exception error) => log.SalesFailed(error);

    private async ValueTask<SaleFacts> Look(FlashSale sale) => SaleFacts.Of(
        sale, sale.IsPreparing ? null : await claims.FindPool(sale.Id, CancellationToken.None), Now);

    internal sealed class Place(SaleFacts facts, DateTimeOffset now) : BoardPlace
    {
        private SaleFacts _facts = facts;

        public volatile StreamEvent Event = facts.ToEvent(now);

        public void Tell(SaleFacts facts, DateTimeOffset now)
        {
            if (facts == _facts)
                return;
            (_facts, Event) = (facts, facts.ToEvent(now));
            Wake();
        }
    }

    private sealed class Watcher(SaleBoard board, long id, Place place) : IEventFeed
    {
        public StreamEvent Current { get; private set; } = place.Event;

        public async Task<StreamEvent?> Next(TimeSpan wait, CancellationToken cancel) =>
            await place.Next(() => place.Event is var told && told != Current ? told : null, wait, board.Clock, cancel)
                is { } next ? Current = next : null;

        public void Dispose() => board.Leave(id, place);
    }
}
