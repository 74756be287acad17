using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Jobs;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Doorbuster.Claims;

public sealed class ClaimsFeature : Feature
{
    internal const string SchemaName = "claims";

    public override string Name => "claims";

    public override void AddServices(IHostApplicationBuilder host)
    {
        host.AddPostgres(SchemaName);
        host.Services.AddSingleton<IGate, RedisGate>();
        host.Services.AddSingleton<ILedger, PostgresLedger>();
        host.Services.AddSingleton<PoolStore>();
        host.Services.AddSingleton<Epochs>();
        host.Services.AddSingleton<Passage>();
        host.Services.AddSingleton<Pools>();
        host.Services.AddSingleton<PoolAuditor>();
        host.Services.AddSingleton<IClaims, ClaimEngine>();
    }

    public override void AddConsumers(IServiceCollection services) =>
        services.AddConsumer<ClaimsReleased, ReturnUnitsToGate>("claims.return-units", SchemaName);

    public override void AddJobs(IServiceCollection services)
    {
        services.AddHostedService<ReleaseExpiredClaims>();
        services.AddHostedService<AuditPools>();
        services.AddJob<DropEndedGates>("claims.drop_ended_gates", JobSchedule.Cron("0 35 * * * ?"));
    }
}
