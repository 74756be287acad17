using Doorbuster.Contracts.Orders;
using Doorbuster.Platform.Messaging;
using Npgsql;

namespace Doorbuster.Coupons;

/// <summary>Binds reserved coupons to their order, uses them when it is paid, returns them when it ends.</summary>
internal sealed class FollowOrdersMoved : IBatchConsumer<OrdersMoved>
{
    public bool Concerns(OrdersMoved message) => message.Orders.Any(order => order.Checkout is not null);

    public Task Consume(OrdersMoved message, NpgsqlTransaction transaction, CancellationToken cancel) =>
        CouponStore.Follow(transaction, message, cancel);

    public async Task Consume(
        IReadOnlyList<OrdersMoved> messages, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        foreach (var message in OrdersMoved.Merge(messages))
            await Consume(message, transaction, cancel);
    }
}
