using Doorbuster.Contracts.Accounts;
using Doorbuster.Platform;

namespace Doorbuster.Orders.Administration;

/// <summary>An order as those who run the shop see it.</summary>
/// <param name="IsGuest">There is no account behind the person: a guest's order, or of somebody who was erased.</param>
internal sealed record AdminOrderView(OrderView Order, string PersonId, bool IsGuest, string Kind, bool HasCheckout);

/// <summary>Shows orders to those who run the shop: with who has an account, which only the accounts know.</summary>
internal sealed class OrderViews(IPeople people)
{
    public async Task<AdminOrderView> Of(Order order, CancellationToken cancel) => (await Of([order], cancel))[0];

    public async Task<IReadOnlyList<AdminOrderView>> Of(IReadOnlyList<Order> orders, CancellationToken cancel)
    {
        var buyers = orders.Select(order => order.Person).Distinct().ToList();
        var known = (await people.FindMany(buyers, cancel)).Select(person => person.Id).ToHashSet();
        return
        [
            .. orders.Select(order => new AdminOrderView(
                OrderView.Of(order, withHistory: true), PublicId.Format("usr", order.Person), !known.Contains(order.Person),
                order.Kind, order.Checkout is not null)),
        ];
    }
}
