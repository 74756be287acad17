using Doorbuster.Contracts.Accounts;

namespace Doorbuster.Carts;

/// <summary>Who signs in finds in the cart what they put aside as a guest. The guest's cart goes with it, so it happens
/// once.</summary>
internal sealed class TakeCartOver(CartDesk desk) : ITakeOver
{
    public Task TakeOver(long guest, long person, CancellationToken cancel) => desk.Merge(guest, person, cancel);
}
