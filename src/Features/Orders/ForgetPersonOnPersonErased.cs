using Doorbuster.Contracts.People;
using Doorbuster.Orders.Sharding;
using Doorbuster.Platform;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;
using Npgsql;

namespace Doorbuster.Orders;

/// <summary>Somebody asked to be forgotten: no order says where they live any more. What was sold for how much stays.</summary>
internal sealed class ForgetPersonOnPersonErased(OrderShards shards, OrderWrites writes) : IConsumer<PersonErased>
{
    public async Task Consume(PersonErased message, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        if (shards.IsOne)
            await Forget(transaction, message.Person, cancel);
        else
            await shards.Write(Ids.BucketOf(message.Person), shard => Forget(shard, message.Person, cancel), cancel);
    }

    private async Task<int> Forget(NpgsqlTransaction shard, long person, CancellationToken cancel)
    {
        var count = await shard.Execute(
            """
            update orders.orders
            set ship_to = null, email = null, address_key = null, version = version + 1
            where person = $1 and (ship_to is not null or email is not null)
            """, cancel, new NpgsqlParameter { Value = person });
        if (count > 0)
            await writes.Changed(shard, [person], cancel);
        return count;
    }
}
