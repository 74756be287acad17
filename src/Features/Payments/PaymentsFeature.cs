using System.CommandLine;
using Doorbuster.Contracts.Payments;
using Doorbuster.Contracts.People;
using Doorbuster.Payments.Sandbox;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Jobs;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Doorbuster.Payments;

public sealed class PaymentsFeature : Feature
{
    internal const string SchemaName = "payments";

    /// <summary>
    /// The provider's own pool: were it ours, calls to ourselves could wait for the connections of their callers.
    /// </summary>
    internal const string SandboxPool = "payments.sandbox";

    public override string Name => "payments";

    public override void AddServices(IHostApplicationBuilder host)
    {
        host.AddPostgres(SchemaName);
        host.AddPostgres(SandboxPool);
        host.Services.AddValidation();
        host.Services.AddOptions<PaymentsOptions>().BindConfiguration("Payments").ValidateOnStart();
        host.Services.AddSingleton<IValidateOptions<PaymentsOptions>, PaymentsOptionsValidator>();
        host.Services.ConfigureHttpJsonOptions(json =>
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, PaymentsJson.Default));
        host.Services.AddSingleton<PaymentCounts>();
        host.Services.AddSingleton<PaymentStore>();
        host.Services.AddSingleton<RefundStore>();
        host.Services.AddSingleton<UnbookedStore>();
        host.Services.AddSingleton<Reconciliation>();
        host.Services.AddSingleton<PaymentExport>();
        host.Services.AddSingleton<IPersonalData, PaymentsData>();
        host.Services.AddSingleton<PaymentSettings>();
        host.Services.AddSingleton<PaymentProvider>();
        host.Services.AddSingleton<SandboxStore>();
        host.Services.AddSingleton<SandboxDoor>();
        host.Services.AddSingleton<SandboxAddress>();
        host.Services.AddHostedService(services => services.GetRequiredService<SandboxAddress>());
    }

    public override void MapEndpoints(IEndpointRouteBuilder routes)
    {
        StartPayment.Map(routes);
        GetPayment.Map(routes);
        ReceiveWebhook.Map(routes);

        // The provider is not the shop: no session opens it, the handlers ask for its own secret where one is needed.
        var sandbox = routes.MapGroup(SandboxAddress.ChargesPath).ForAnyone();
        CreateCharge.Map(sandbox);
        DecideCharge.Map(sandbox);
        CreateRefund.Map(sandbox);
        ListTransactions.Map(routes);
        routes.ServiceProvider.GetRequiredService<SandboxAddress>().IsHere = true;
    }

    public override void AddConsumers(IServiceCollection services) =>
        services.AddConsumer<RefundPayment, SendRefundOnRefundPayment>("payments.refund", SchemaName);

    public override void AddJobs(IServiceCollection services)
    {
        services.AddHostedService<SendWebhooks>();
        services.AddHostedService<BookPayments>();
        services.AddJob<ReconcilePayments>(
            "payments.reconcile", JobSchedule.Every(TimeSpan.FromMinutes(10)), limit: TimeSpan.FromHours(1));
    }

    public override IEnumerable<Command> Commands(CommandHost host) => [PaymentCommand.Make(host)];
}
