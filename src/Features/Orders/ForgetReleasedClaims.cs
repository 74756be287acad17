using Doorbuster.Orders.Sharding;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Doorbuster.Orders;

/// <summary>
/// Deletes what was filed about released stock claims that no order was written on. It matters only while a request
/// that claimed them may still be running.
/// </summary>
internal sealed class ForgetReleasedClaims(
    OrderShards shards, TimeProvider clock, ILogger<ForgetReleasedClaims> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Life = TimeSpan.FromHours(24);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                var count = 0;
                foreach (var db in shards.Databases.Values)
                    count += await db.Execute(
                        "delete from orders.line_claims where order_id is null and filed_at < $1",
                        stoppingToken, new NpgsqlParameter { Value = clock.GetUtcNow() - Life });
                log.ReleasedClaimsForgotten(count);
            }
            catch (NpgsqlException away) when (away.IsAway)
            {
                log.ForgettingPutOff(away.Message);
            }
        }
    }
}
