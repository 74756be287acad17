using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Doorbuster.Carts;

/// <summary>Finishes or undoes the orders that a crash left in the middle, once their lease is over.</summary>
internal sealed class FinishCheckouts(
    CheckoutStore store, CheckoutDesk desk, TimeProvider clock, ILogger<FinishCheckouts> log)
    : PeriodicService(TimeSpan.FromSeconds(2), clock)
{
    private const int AtOnce = 100;

    protected override async Task TakeTurn(CancellationToken cancel)
    {
        foreach (var id in await store.ListLeft(Now, AtOnce, cancel))
            await desk.Resume(id, cancel);
    }

    protected override void NotePutOff(string why) => log.FinishingPutOff(why);

    protected override bool Passes(Exception error) =>
        error is StoreAwayException or NpgsqlException { IsAway: true };
}
