using Doorbuster.Contracts.Orders;
using Doorbuster.Platform.Messaging;
using Npgsql;

namespace Doorbuster.Carts;

/// <summary>
/// What became of the orders. A cancelled one, or one whose money went back whole, gives points and wallet back: once, under the
/// key of its checkout.
/// </summary>
internal sealed class SettleCheckoutsOnOrdersMoved(CheckoutStore store, OutsideSteps outside) : IBatchConsumer<OrdersMoved>
{
    public bool Concerns(OrdersMoved message) => message.To is "paid" or "cancelled" or "refunded"
        && message.Orders.Any(order => order.Checkout is not null);

    public async Task Consume(OrdersMoved message, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        var to = message.To switch
        {
            "paid" => CheckoutState.Paid,
            "cancelled" or "refunded" => CheckoutState.Cancelled,
            _ => (CheckoutState?)null,
        };
        long[] ids =
        [
            .. message.Orders.Where(order => to == CheckoutState.Paid || message.To == "cancelled" || IsWhole(order))
                .Select(order => order.Checkout).OfType<long>(),
        ];
        if (to is null || ids.Length == 0)
            return;

        if (to == CheckoutState.Cancelled)
        {
            foreach (var checkout in await store.FindMany(ids, cancel))
            {
                // Its order is filed within moments, or by the job: until then this comes again.
                if (checkout.State is CheckoutState.Placing)
                    throw new InvalidOperationException($"Checkout {checkout.Id} does not know of its order yet.");
                if (checkout.IsDecided)
                    await outside.GiveMoneyBack(checkout, cancel);
            }
        }
        await CheckoutStore.Settle(transaction, ids, to.Value, message.At, cancel);
    }

    public async Task Consume(
        IReadOnlyList<OrdersMoved> messages, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        foreach (var message in OrdersMoved.Merge(messages))
            await Consume(message, transaction, cancel);
    }

    private static bool IsWhole(OrderFact order) => order.RefundedMinor >= order.TotalMinor;
}
