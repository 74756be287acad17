using Doorbuster.Orders.Sharding;
using Doorbuster.Platform.Jobs;
using Doorbuster.Platform.Postgres;
using Npgsql;

namespace Doorbuster.Orders;

/// <summary>
/// Deletes what was filed about released stock claims that no order was written on. It matters only while a request
/// that claimed them may still be running.
/// </summary>
internal sealed class ForgetReleasedClaims(OrderShards shards, TimeProvider clock) : IJob
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(24);

    public async Task<string> Run(CancellationToken cancel)
    {
        var count = 0;
        foreach (var db in shards.Databases.Values)
            count += await db.Execute(
                "delete from orders.line_claims where order_id is null and filed_at < $1", cancel,
                new NpgsqlParameter { Value = clock.GetUtcNow() - Life });
        return $"forgot {count}";
    }
}
