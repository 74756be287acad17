using Doorbuster.Contracts.Orders;
using Doorbuster.Contracts.People;
using Doorbuster.Platform.Messaging;
using Npgsql;

namespace Doorbuster.UserCenter;

// A change is committed when its message arrives, so what is loaded after this is new. While the cache is away the message
// waits: what the cache still holds from before must be forgotten when it is back.

internal sealed class ForgetPartOnPersonChanged(OverviewCache cache) : IConsumer<PersonChanged>
{
    public Task Consume(PersonChanged message, NpgsqlTransaction transaction, CancellationToken cancel) =>
        cache.MarkChanged(message.People, message.Part);
}

internal sealed class ForgetOrdersOnOrdersMoved(OverviewCache cache) : IConsumer<OrdersMoved>
{
    public const string Part = "orders";

    public Task Consume(OrdersMoved message, NpgsqlTransaction transaction, CancellationToken cancel) =>
        cache.MarkChanged([.. message.Orders.Select(order => order.Person)], Part);
}

internal sealed class ForgetPersonOnPersonErased(OverviewCache cache, RecentViews views) : IConsumer<PersonErased>
{
    public async Task Consume(PersonErased message, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        await cache.Remove(message.Person);
        await views.Clear(message.Person);
    }
}
