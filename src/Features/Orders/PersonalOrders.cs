using System.Text.Json;
using Doorbuster.Contracts.People;

namespace Doorbuster.Orders;

/// <summary>The first page of a person's orders, as it is in the cache.</summary>
internal sealed class OrdersOverview(OrderStore store, OrderPages pages) : IOverviewPart
{
    public string Name => "orders";

    public async Task<ReadOnlyMemory<byte>> Load(
        long person, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> needed, CancellationToken cancel) =>
        (await ListOrders.FirstPage(store, pages, person, cancel)).Body;
}

/// <summary>All that is kept of what a person ordered, paid or not, the newest 10,000.</summary>
internal sealed class OrdersOfPerson(OrderStore store) : IPersonalData
{
    private const int CountMax = 10_000;

    public string Name => "orders";

    public async Task<ReadOnlyMemory<byte>> Export(long person, CancellationToken cancel)
    {
        var orders = await store.ListWritten(person, CountMax, cancel);
        return JsonSerializer.SerializeToUtf8Bytes(
            [.. orders.Select(order => OrderView.Of(order, withHistory: false))],
            OrdersJson.Default.OrderViewArray);
    }
}
