using Doorbuster.Contracts.Orders;
using Doorbuster.Platform.Messaging;
using Npgsql;

namespace Doorbuster.Orders;

/// <summary>
/// The change is committed when its message arrives, so a page read from now on is new. Were the pages forgotten inside the
/// transaction of the change, a reader could file the old one again before the commit.
/// </summary>
internal sealed class ForgetPagesOnOrdersChanged(OrderPages pages) : IConsumer<OrdersChanged>
{
    public Task Consume(OrdersChanged message, NpgsqlTransaction transaction, CancellationToken cancel) =>
        pages.Forget(message.People);
}
