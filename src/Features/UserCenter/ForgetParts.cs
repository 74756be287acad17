using Doorbuster.Contracts.Orders;
using Doorbuster.Contracts.People;
using Doorbuster.Platform.Messaging;
using Npgsql;

namespace Doorbuster.UserCenter;

// A change is committed when its message arrives, so what is loaded after this is new. While the cache is away the message
// waits: what the cache still holds from before must be forgotten when it is back.

internal sealed class ForgetPartOnPersonChanged(OverviewCache cache) : IBatchConsumer<PersonChanged>
{
    public Task Consume(PersonChanged message, NpgsqlTransaction transaction, CancellationToken cancel) =>
        cache.MarkChanged(message.People, message.Part);

    public async Task Consume(
        IReadOnlyList<PersonChanged> messages, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        foreach (var part in messages.GroupBy(message => message.Part))
            await cache.MarkChanged([.. part.SelectMany(message => message.People)], part.Key);
    }
}

internal sealed class ForgetOrdersOnOrdersMoved(OverviewCache cache) : IBatchConsumer<OrdersMoved>
{
    public const string Part = "orders";

    // No list has what is no order before it is paid.
    public bool Concerns(OrdersMoved message) => !message.Tentative;

    public Task Consume(OrdersMoved message, NpgsqlTransaction transaction, CancellationToken cancel) =>
        Consume([message], transaction, cancel);

    public Task Consume(
        IReadOnlyList<OrdersMoved> messages, NpgsqlTransaction transaction, CancellationToken cancel) =>
        cache.MarkChanged([.. messages.SelectMany(message => message.Orders).Select(order => order.Person)], Part);
}

internal sealed class ForgetPersonOnPersonErased(OverviewCache cache, RecentViews views) : IConsumer<PersonErased>
{
    public async Task Consume(PersonErased message, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        await cache.Remove(message.Person);
        await views.Clear(message.Person);
    }
}
