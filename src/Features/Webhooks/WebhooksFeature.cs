using System.CommandLine;
using Doorbuster.Contracts.Orders;
using Doorbuster.Contracts.Payments;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Jobs;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Doorbuster.Webhooks;

public sealed class WebhooksFeature : Feature
{
    internal const string SchemaName = "webhooks";

    public override string Name => "webhooks";

    public override void AddServices(IHostApplicationBuilder host)
    {
        host.AddPostgres(SchemaName);
        host.Services.AddValidation();
        host.Services.AddOptions<WebhooksOptions>().BindConfiguration("Webhooks").ValidateOnStart();
        host.Services.AddSingleton<IValidateOptions<WebhooksOptions>, WebhooksOptionsValidator>();
        host.Services.ConfigureHttpJsonOptions(json =>
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, WebhooksJson.Default));
        host.Services.AddSingleton<EndpointStore>();
        host.Services.AddSingleton<DeliveryStore>();
        host.Services.AddSingleton<FileWebhooks>();
    }

    public override void MapEndpoints(IEndpointRouteBuilder routes)
    {
        CreateEndpoint.Map(routes);
        ReadEndpoints.Map(routes);
        ChangeEndpoint.Map(routes);
        ChangeSecret.Map(routes);
        Replay.Map(routes);
    }

    public override void AddConsumers(IServiceCollection services)
    {
        services.AddConsumer<OrdersMoved, FileWebhooks>("webhooks.orders", SchemaName);
        services.AddConsumer<PaymentCaptured, FileWebhooks>("webhooks.captures", SchemaName);
        services.AddConsumer<PaymentRefunded, FileWebhooks>("webhooks.refunds", SchemaName);
    }

    public override void AddJobs(IServiceCollection services)
    {
        services.AddHostedService<SendDeliveries>();
        services.AddJob<RemoveOldWebhooks>("webhooks.remove_old", JobSchedule.Cron("0 20 4 * * ?"));
    }

    public override IEnumerable<Command> Commands(CommandHost host) => [WebhookCommand.Make(host)];
}
