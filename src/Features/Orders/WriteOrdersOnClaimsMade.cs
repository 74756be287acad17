using Doorbuster.Contracts.Claims;
using Doorbuster.Orders.Sharding;
using Doorbuster.Platform.Messaging;
using Npgsql;

namespace Doorbuster.Orders;

/// <summary>
/// Writes the orders of a sale's claims. An order has its claim's id, so writing it twice writes it once.
/// </summary>
internal sealed class WriteOrdersOnClaimsMade(OrderShards shards, OrderTerms terms, OrderWrites writes) : IConsumer<ClaimsMade>
{
    public bool Concerns(ClaimsMade message) => message.Kind == Order.SaleKind;

    public async Task Consume(ClaimsMade message, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        using var traces = OrderTraces.Start(message.Traces);
        var sold = await terms.Get(message.Pool, cancel);
        await shards.Consume(
            transaction, message.Ids, (shard, ids) => writes.Place(shard, PartOf(message, ids), sold, cancel), cancel);
    }

    private static ClaimsMade PartOf(ClaimsMade message, long[] ids)
    {
        if (ids.Length == message.Ids.Length)
            return message;
        var wanted = ids.ToHashSet();
        int[] at = [.. Enumerable.Range(0, message.Ids.Length).Where(i => wanted.Contains(message.Ids[i]))];
        return message with
        {
            Ids = Array.ConvertAll(at, i => message.Ids[i]),
            People = Array.ConvertAll(at, i => message.People[i]),
            Quantities = Array.ConvertAll(at, i => message.Quantities[i]),
            Ordinals = Array.ConvertAll(at, i => message.Ordinals[i]),
        };
    }
}
