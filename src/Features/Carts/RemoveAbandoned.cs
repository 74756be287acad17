using Doorbuster.Platform.Jobs;

namespace Doorbuster.Carts;

/// <summary>
/// Removes carts and checkouts that nobody can come back to: a guest's cart when his token has expired, empty carts after a
/// day, checkouts that were never ordered after a month.
/// </summary>
internal sealed class RemoveAbandoned(CartStore carts, CheckoutStore checkouts, TimeProvider clock) : IJob
{
    private const int AtOnce = 1_000;

    private static readonly TimeSpan GuestLife = TimeSpan.FromDays(30);    // as long as his token
    private static readonly TimeSpan EmptyLife = TimeSpan.FromDays(1);
    private static readonly TimeSpan CheckoutLife = TimeSpan.FromDays(30);

    public async Task<string> Run(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var (removedCarts, removedCheckouts) = (0, 0);
        int count;
        do
        {
            count = await carts.RemoveAbandoned(now - GuestLife, now - EmptyLife, AtOnce, cancel);
            removedCarts += count;
        }
        while (count == AtOnce);
        do
        {
            count = await checkouts.RemoveOld(now - CheckoutLife, AtOnce, cancel);
            removedCheckouts += count;
        }
        while (count == AtOnce);
        return $"removed {removedCarts} carts and {removedCheckouts} checkouts";
    }
}
