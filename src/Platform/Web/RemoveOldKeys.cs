using Doorbuster.Platform.Jobs;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.Platform.Web;

/// <summary>Keeps idempotency records for a day.</summary>
internal sealed class RemoveOldKeys([FromKeyedServices(Migrations.PlatformSchema)] NpgsqlDataSource db) : IJob
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    public async Task<string> Run(CancellationToken cancel)
    {
        var removed = 0;
        while (await IdempotencyStore.RemoveOlderThan(db, Kept, cancel) is var some and > 0)
            removed += some;
        return $"removed {removed}";
    }
}
