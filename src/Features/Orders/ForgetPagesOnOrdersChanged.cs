using Doorbuster.Contracts.Orders;
using Doorbuster.Platform.Messaging;
using Npgsql;

namespace Doorbuster.Orders;

/// <summary>
/// Does what the change itself could not, because the cache was away then: what it still holds from before is old. The
/// change is committed when its message arrives.
/// </summary>
internal sealed class ForgetPagesOnOrdersChanged(OrderPages pages) : IConsumer<OrdersChanged>
{
    public Task Consume(OrdersChanged message, NpgsqlTransaction transaction, CancellationToken cancel) =>
        pages.Forget(message.People);
}
