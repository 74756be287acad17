using Doorbuster.Contracts.Claims;
using Doorbuster.Contracts.Orders;

namespace Doorbuster.Orders;

/// <summary>
/// Finds an order in its table, or, for the moments until it is written there, in the claim it is made of.
/// </summary>
internal sealed class OrderLookup(OrderStore store, IClaims claims, OrderTerms terms, TimeProvider clock) : IOrders
{
    public async Task<Order?> Find(long order, long person, CancellationToken cancel) =>
        await store.Find(order, person, cancel) ?? await FindByClaim(order, person, cancel);

    /// <summary>
    /// The order as it will be written from its sale claim; null when there is no such claim of this person.
    /// </summary>
    public async Task<Order?> FindByClaim(long order, long person, CancellationToken cancel)
    {
        if (await claims.Find(order, cancel) is not { } claim || claim.Person != person)
            return null;
        if (await claims.FindPool(claim.Pool, cancel) is not { Kind: Order.SaleKind })
            return null;    // A stock claim is one line of an order, not an order.
        return await terms.Find(claim.Pool, cancel) is { } known ? Order.Of(claim, known) : null;
    }

    public async Task<PayableOrder?> FindPayable(long order, long person, CancellationToken cancel) =>
        (await store.FindPlain(order, person, cancel) ?? await FindByClaim(order, person, cancel)) is { } found
            ? new PayableOrder(
                found.Id, found.Person, found.Total.Minor, found.Total.Currency, OrderSteps.NameOf(found.State),
                found.IsPayable(clock.GetUtcNow()))
            : null;

    public async Task<string?> FindEmail(long person, CancellationToken cancel) =>
        (await store.ListWritten(person, 1, cancel)).SingleOrDefault()?.Email;
}
