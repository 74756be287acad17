using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Jobs;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;
using Doorbuster.Platform.Redis;
using Doorbuster.Platform.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Doorbuster.Platform;

/// <summary>What every process needs of its stores, whatever it does: options, pools, Redis, ids.</summary>
public static class StoreServices
{
    extension(IHostApplicationBuilder host)
    {
        /// <summary>Registers; opens nothing.</summary>
        public void AddStores()
        {
            var services = host.Services;
            services.AddOptions<PostgresOptions>().BindConfiguration("Postgres").ValidateOnStart();
            services.AddOptions<RedisOptions>().BindConfiguration("Redis").ValidateOnStart();
            services.AddSingleton<IValidateOptions<PostgresOptions>, PostgresOptionsValidator>();
            services.AddSingleton<IValidateOptions<RedisOptions>, RedisOptionsValidator>();

            services.TryAddSingleton(TimeProvider.System);
            services.TryAddSingleton<Rush>();
            services.AddSingleton<NodeNumber>();
            services.AddSingleton<Ids>();
            services.AddSingleton<NodeLease>();
            services.AddSingleton<PostgresListener>();
            services.AddSingleton<QueueStore>();
            services.AddSingleton<AuditStore>();
            services.AddSingleton(all => new QueueFigures(
                all.GetRequiredService<QueueStore>(), all.GetRequiredService<TimeProvider>()));
            services.TryAddSingleton<RequestTimes>();
            services.AddSingleton(all => new RouteTimes(all.GetRequiredService<RequestTimes>()));
            services.AddJobStore();
            services.AddSingleton<GateRedis>();
            services.AddSingleton<CacheRedis>();
            host.AddPostgres(Migrations.PlatformSchema);
            host.AddPostgres(Outbox.Schema);
        }
    }

    extension(IServiceCollection services)
    {
        /// <summary>For servers: a node number before any other service starts. Commands use <see cref="NodeLease.Hold"/>.</summary>
        public void AddNodeNumber() => services.AddHostedService(all => all.GetRequiredService<NodeLease>());
    }
}

[OptionsValidator]
internal sealed partial class PostgresOptionsValidator : IValidateOptions<PostgresOptions>;

[OptionsValidator]
internal sealed partial class RedisOptionsValidator : IValidateOptions<RedisOptions>;
